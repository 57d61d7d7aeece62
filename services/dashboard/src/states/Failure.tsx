/** What went wrong, in place of what was asked for. */
import { Alert, Button, Group, Text } from "@mantine/core";
import { IconDatabaseOff, IconPlugConnectedX } from "@tabler/icons-react";

import { ApiError } from "../api/client";

export function Failure({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const away = error instanceof ApiError && error.code === "database_away";
  return (
    <Alert
      color={away ? "yellow" : "red"}
      icon={away ? <IconDatabaseOff size={18} /> : <IconPlugConnectedX size={18} />}
      title={away ? "The database is away" : "This could not be loaded"}
    >
      <Group justify="space-between">
        <Text size="sm">{error.message}</Text>
        <Button size="compact-sm" variant="default" onClick={onRetry}>
          Try again
        </Button>
      </Group>
    </Alert>
  );
}
