/** What stands around every page: the way to the others, freshness, colours, log out. */
import { ActionIcon, AppShell, Container, Group, Menu, Text, useMantineColorScheme } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { IconDeviceDesktop, IconLogout, IconMoon, IconSettings, IconSun } from "@tabler/icons-react";
import { Link, Outlet, useNavigate } from "@tanstack/react-router";

import api, { answered } from "../api/client";
import { LiveProvider } from "../live/LiveProvider";
import { Freshness } from "./Freshness";
import { LinkAnchor } from "./LinkAnchor";
import { Logo } from "./Logo";
import classes from "./Shell.module.css";

const PAGES = [
  { to: "/", label: "Overview", exact: true },
  { to: "/calls", label: "Calls", exact: false },
  { to: "/runs", label: "Runs", exact: false },
] as const;

export function Shell() {
  return (
    <LiveProvider>
      <a className={classes.skip} href="#page">
        To the page
      </a>
      <AppShell header={{ height: 52 }} padding="md">
        <AppShell.Header className={classes.header}>
          <Container size={1320} h="100%" px="md">
            <Group h="100%" justify="space-between" wrap="nowrap">
              <Group gap="lg" wrap="nowrap">
                <LinkAnchor to="/" underline="never" c="inherit" aria-label="Kilometers: overview">
                  <Group gap={9} wrap="nowrap">
                    <Logo size={24} />
                    <Text fw={700} visibleFrom="xs">
                      Kilometers
                    </Text>
                  </Group>
                </LinkAnchor>
                <Navigation />
              </Group>
              <Group gap="md" wrap="nowrap">
                <Freshness />
                <Preferences />
              </Group>
            </Group>
          </Container>
        </AppShell.Header>
        <AppShell.Main id="page">
          <Container size={1320} px={0}>
            <Outlet />
          </Container>
        </AppShell.Main>
      </AppShell>
    </LiveProvider>
  );
}

function Navigation() {
  return (
    <Group component="nav" gap={4} wrap="nowrap" aria-label="Pages">
      {PAGES.map((page) => (
        <Link
          key={page.to}
          to={page.to}
          activeOptions={{ exact: page.exact, includeSearch: false }}
          className={classes.link}
        >
          {page.label}
        </Link>
      ))}
    </Group>
  );
}

function Preferences() {
  const { setColorScheme } = useMantineColorScheme();
  const client = useQueryClient();
  const navigate = useNavigate();
  const logout = useMutation({
    mutationFn: () => answered(api.POST("/api/logout")),
    onSuccess: async () => {
      await navigate({ to: "/login", replace: true });
      client.clear();
    },
  });
  return (
    <Menu position="bottom-end" width={190}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label="Preferences">
          <IconSettings size={18} stroke={1.7} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Colours</Menu.Label>
        <Menu.Item
          leftSection={<IconSun size={15} />}
          onClick={() => {
            setColorScheme("light");
          }}
        >
          Light
        </Menu.Item>
        <Menu.Item
          leftSection={<IconMoon size={15} />}
          onClick={() => {
            setColorScheme("dark");
          }}
        >
          Dark
        </Menu.Item>
        <Menu.Item
          leftSection={<IconDeviceDesktop size={15} />}
          onClick={() => {
            setColorScheme("auto");
          }}
        >
          As the system
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconLogout size={15} />}
          onClick={() => {
            logout.mutate();
          }}
        >
          Log out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
