import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

const everywhere = ["packages/*/test/**/*.test.ts", "apps/*/test/**/*.test.ts"];
const nodeOnly = "**/*.node.test.ts";

export default defineConfig({
  test: {
    projects: [
      { test: { name: "node", include: everywhere, environment: "node" } },
      { test: { name: "repository", include: ["test/**/*.node.test.ts"], environment: "node" } },
      { test: { name: "edge", include: everywhere, environment: "edge-runtime", exclude: [nodeOnly] } },
      {
        plugins: [cloudflareTest({ miniflare: { compatibilityDate: "2026-10-01" } })],
        test: { name: "workerd", include: everywhere, exclude: [nodeOnly] },
      },
    ],
  },
});
