import { join } from "node:path";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

/** The same files run in every runtime, unless their name says which. */
const include = ["packages/*/test/**/*.test.ts", "apps/*/test/**/*.test.ts"];
const nodeOnly = "**/*.node.test.ts";
const workerdOnly = "**/*.workerd.test.ts";

/** What the stores of Cloudflare are tested with; nothing leaves the machine. */
const cloudflare = cloudflareTest({
  main: "./packages/adapters/test/stores/worker.ts",
  miniflare: {
    compatibilityDate: "2026-10-01",
    durableObjects: { SESSIONS: { className: "WebsessionObject", useSQLite: true } },
    kvNamespaces: ["KV"],
  },
});

export default defineConfig({
  test: {
    projects: [
      { test: { name: "node", include, environment: "node", exclude: [workerdOnly] } },
      { test: { name: "edge", include, environment: "edge-runtime", exclude: [nodeOnly, workerdOnly] } },
      {
        plugins: [cloudflare],
        test: { name: "workerd", include, exclude: [nodeOnly] },
      },
      {
        resolve: { alias: { "cloudflare:workers": join(import.meta.dirname, "test/cloudflare-workers.ts") } },
        test: { name: "repository", include: ["test/**/*.test.ts"], environment: "node" },
      },
    ],
  },
});
