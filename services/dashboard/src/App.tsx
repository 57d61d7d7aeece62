import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider, QueryCache } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";

import { ApiError } from "./api/client";
import { router } from "./router";
import { theme } from "./theme";

const GONE_AFTER_MS = 60_000;

const client = new QueryClient({
  queryCache: new QueryCache({ onError: askForLogin }),
  defaultOptions: {
    queries: {
      gcTime: GONE_AFTER_MS,
      // Freshness comes by events; a failed question is asked again unless the answer would be the same.
      staleTime: 10_000,
      retry: (failures, error) =>
        failures < 2 && (!(error instanceof ApiError) || error.status === 0 || error.status >= 500),
    },
  },
});

/** The nonce that this page's policy asks of inserted styles. */
function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? "";
}

function askForLogin(error: Error): void {
  if (error instanceof ApiError && error.status === 401) {
    void router.navigate({ to: "/login", replace: true });
  }
}

export function App() {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={styleNonce}>
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
