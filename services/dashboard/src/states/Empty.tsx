/** Why there is nothing, and what to do about it. */
import { Code, Stack, Text, ThemeIcon } from "@mantine/core";
import { IconRoute } from "@tabler/icons-react";

export function Empty({ title, children }: { title: string; children?: React.ReactNode }) {
  return (
    <Stack align="center" gap="xs" py={40} px="md" ta="center">
      <ThemeIcon variant="light" size={44} radius="xl">
        <IconRoute size={24} stroke={1.6} />
      </ThemeIcon>
      <Text fw={600}>{title}</Text>
      <Text size="sm" className="quiet" maw={520}>
        {children}
      </Text>
    </Stack>
  );
}

/** For pages on which nothing was ever recorded. */
export function NothingRecorded() {
  return (
    <Empty title="Nothing recorded yet">
      Put <Code>km --</Code> in front of a server&apos;s command in your AI client, for example{" "}
      <Code>km -- uvx mcp-server-git</Code>. Its calls appear here by themselves.
    </Empty>
  );
}
