import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

/** The same files run in every runtime, unless their name says which. */
const include = ["packages/*/test/**/*.test.ts", "apps/*/test/**/*.test.ts"];
const nodeOnly = "**/*.node.test.ts";
const workerdOnly = "**/*.workerd.test.ts";

export default defineConfig({
  test: {
    projects: [
      { test: { name: "node", include, environment: "node", exclude: [workerdOnly] } },
      { test: { name: "edge", include, environment: "edge-runtime", exclude: [nodeOnly, workerdOnly] } },
      {
        plugins: [cloudflareTest({ miniflare: { compatibilityDate: "2026-10-01", d1Databases: ["DB"] } })],
        test: { name: "workerd", include, exclude: [nodeOnly] },
      },
      { test: { name: "repository", include: ["test/**/*.test.ts"], environment: "node" } },
    ],
  },
});
