/// <reference types="vitest/config" />
import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const GATEWAY = process.env.HOSTER_GATEWAY_URL ?? "http://127.0.0.1:8082";

const PROXY = { "/api": GATEWAY, "/mod": GATEWAY };

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: { host: "127.0.0.1", port: 5173, proxy: PROXY },
  preview: { host: "127.0.0.1", port: 4173, proxy: PROXY },
  // The tokens use light-dark(): these are the first browsers that know it.
  build: {
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    sourcemap: false,
    manifest: true,
    reportCompressedSize: false,
  },
  test: {
    environment: "jsdom",
    environmentOptions: { jsdom: { url: "http://localhost:3000/" } },
    setupFiles: ["src/testing/setup.ts"],
    include: ["src/**/*.test.{ts,tsx}"],
    testTimeout: 30_000,
    css: false,
    reporters: ["junit", "./scripts/quiet-reporter.js"],
    outputFile: "../build/test-results/web.xml",
    restoreMocks: true,
    unstubGlobals: true,
  },
});
