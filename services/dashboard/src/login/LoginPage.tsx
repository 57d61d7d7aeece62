/** Exchange the token for a cookie that no script can read. */
import { Button, Card, Center, Code, Group, PasswordInput, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import api, { answered } from "../api/client";
import { Logo } from "../shell/Logo";

export function LoginPage() {
  const [token, setToken] = useState("");
  const navigate = useNavigate();
  const client = useQueryClient();
  const login = useMutation({
    mutationFn: () => answered(api.POST("/api/login", { body: { token } })),
    onSuccess: () => {
      client.clear();
      return navigate({ to: "/", replace: true });
    },
  });
  return (
    <Center mih="100vh" p="md" component="main">
      <Card w="100%" maw={400} padding="xl" shadow="sm">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            login.mutate();
          }}
        >
          <Stack>
            <Group gap="sm">
              <Logo size={30} />
              <Title order={1} size="h3">
                Kilometers
              </Title>
            </Group>
            <Text size="sm" className="quiet">
              Paste the token of this installation. <Code>make demo</Code> prints it; it stands in{" "}
              <Code>.km/token</Code>.
            </Text>
            <PasswordInput
              label="Token"
              value={token}
              onChange={(event) => {
                setToken(event.currentTarget.value);
              }}
              error={login.error?.message}
              autoComplete="current-password"
              data-autofocus
              autoFocus
              required
            />
            <Button type="submit" loading={login.isPending} disabled={token.trim() === ""}>
              Log in
            </Button>
          </Stack>
        </form>
      </Card>
    </Center>
  );
}
