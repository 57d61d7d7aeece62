import { defineConfig, mergeConfig } from "vitest/config";
import pages from "./vite.config";

// Apart from vite.config.ts, so that building the pages needs no test tools.
export default mergeConfig(
  pages,
  defineConfig({
    test: {
      environment: "jsdom",
      setupFiles: ["tests/setup.ts"],
      include: ["tests/**/*.test.{ts,tsx}"],
    },
  }),
);
