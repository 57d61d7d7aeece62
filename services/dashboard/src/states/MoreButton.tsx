/** The next page of a list. */
import { Button, Center } from "@mantine/core";

interface Pages {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => Promise<unknown>;
}

export function MoreButton({ pages, what }: { pages: Pages; what: string }) {
  return pages.hasNextPage ? (
    <Center p="sm">
      <Button variant="default" size="xs" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
        More {what}
      </Button>
    </Center>
  ) : null;
}
