import { Center } from "@mantine/core";

import { LinkAnchor } from "../shell/LinkAnchor";
import { Empty } from "./Empty";

export function NotFound() {
  return (
    <Center mih="60vh">
      <Empty title="There is no such page">
        <LinkAnchor to="/" size="sm">
          To the overview
        </LinkAnchor>
      </Empty>
    </Center>
  );
}
