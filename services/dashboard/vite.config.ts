import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// Node packages that every page needs and that seldom change: cached apart from our own code.
const FRAMEWORK = /node_modules[\\/](react|react-dom|scheduler|@mantine[\\/](core|hooks)|@floating-ui|@tanstack)[\\/]/;

export default defineConfig({
  plugins: [react()],
  // The service puts a nonce of its own into every answer (km_services.query.routes.pages).
  html: { cspNonce: "__CSP_NONCE__" },
  build: {
    // light-dark() in styles, JSON.parse source text where there is one.
    target: ["chrome123", "firefox128", "safari17.5"],
    assetsInlineLimit: 0,
    // The framework is one file of 640 kB (200 kB on the wire), fetched once.
    chunkSizeWarningLimit: 700,
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "framework", test: FRAMEWORK }] } } },
  },
  server: { proxy: { "/api": { target: process.env.KM_DEV_QUERY ?? "http://127.0.0.1:18480" } } },
});
