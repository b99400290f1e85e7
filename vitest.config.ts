import { join } from "node:path";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

/** The same files run in every runtime, unless their name says which. */
const include = ["packages/*/test/**/*.test.ts", "apps/*/test/**/*.test.ts"];
const nodeOnly = "**/*.node.test.ts";
const workerdOnly = "**/*.workerd.test.ts";
const denoOnly = "**/*.deno.test.ts";
/** In Deno and Bun the project "node" is run: see the scripts of package.json. */
const notInNode = "Deno" in globalThis ? [workerdOnly] : [workerdOnly, denoOnly];

/** What the stores of Cloudflare are tested with; nothing leaves the machine. */
const cloudflare = cloudflareTest({
  main: "./packages/adapters/test/stores/worker.ts",
  miniflare: {
    compatibilityDate: "2026-10-01",
    durableObjects: { SESSIONS: { className: "WebsessionObject", useSQLite: true } },
    kvNamespaces: ["KV"],
    d1Databases: ["DB"],
  },
});

/** Tests wait for what happens, never for how long it takes: these only end what hangs, on a busy machine too. */
const patience = { testTimeout: 30_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    projects: [
      { test: { ...patience, name: "node", include, environment: "node", exclude: notInNode } },
      {
        test: {
          ...patience,
          name: "edge",
          include,
          environment: "edge-runtime",
          exclude: [nodeOnly, workerdOnly, denoOnly],
        },
      },
      {
        plugins: [cloudflare],
        test: { ...patience, name: "workerd", include, exclude: [nodeOnly, denoOnly] },
      },
      {
        resolve: { alias: { "cloudflare:workers": join(import.meta.dirname, "test/cloudflare-workers.ts") } },
        test: { ...patience, name: "repository", include: ["test/**/*.test.ts"], environment: "node" },
      },
    ],
  },
});
