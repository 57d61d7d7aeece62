import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { serversQuery } from "../api/queries";

interface Props {
  value: string | undefined;
  onChange: (server: string | undefined) => void;
}

/** The servers of the last day, and the one that is chosen. */
export function ServerFilter({ value, onChange }: Props) {
  const { data } = useQuery(serversQuery);
  const names = new Set(data?.servers.map((each) => each.server).filter((name) => name !== ""));
  if (value !== undefined) {
    names.add(value);
  }
  return (
    <Select
      aria-label="Server"
      placeholder="Any server"
      size="xs"
      w={180}
      clearable
      searchable
      data={[...names].sort()}
      value={value ?? null}
      onChange={(server) => {
        onChange(server ?? undefined);
      }}
    />
  );
}
