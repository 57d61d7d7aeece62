/** A list that is loaded page by page: its loading, its failure, its emptiness, its rows and the way to more. */
import { Skeleton } from "@mantine/core";
import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";

import { Failure } from "./Failure";
import { MoreButton } from "./MoreButton";

interface Props<Page, Row> {
  pages: UseInfiniteQueryResult<InfiniteData<Page>>;
  rowsOf: (page: Page) => Row[];
  /** What the rows are, in the plural. */
  what: string;
  empty: React.ReactNode;
  children: (rows: Row[]) => React.ReactNode;
}

export function PagedList<Page, Row>({ pages, rowsOf, what, empty, children }: Props<Page, Row>) {
  if (pages.error && !pages.data) {
    return <Failure error={pages.error} onRetry={() => void pages.refetch()} />;
  }
  if (!pages.data) {
    return <Skeleton h={320} />;
  }
  const rows = pages.data.pages.flatMap(rowsOf);
  return rows.length === 0 ? (
    empty
  ) : (
    <>
      {children(rows)}
      <MoreButton pages={pages} what={what} />
    </>
  );
}
