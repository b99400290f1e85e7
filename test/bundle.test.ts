import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, it } from "vitest";
import { root } from "./helpers.ts";

/** Bytes, gzip. See docs/decisions/0003-bundle-size.md. */
const BUDGET = 12_500;

/** The same with encryption, and the part of jose that it takes. */
const ENCRYPTED_BUDGET = 21_550;

const app = (imports: string, options: string) => `
  import { createSessions } from "@websession/core";
  ${imports}
  export default {
    fetch: (request, env) =>
      createSessions({ secrets: env.SESSION_SECRET${options} }).handle(request, (session) => {
        session.set("visits", (session.get("visits") ?? 0) + 1);
        return new Response("Total visits: " + session.get("visits"));
      }),
  };
`;

const apps = [
  { codec: "signed", code: app("", ""), budget: BUDGET, foreign: /jose|JWE|node:|CompressionStream/ },
  {
    codec: "encrypted",
    code: app('import { encrypted } from "@websession/core/encrypted";', ", codec: encrypted()"),
    budget: ENCRYPTED_BUDGET,
    foreign: /node:/,
  },
];

it.each(apps)("bundles a minimal app with $codec cookies into $budget bytes of gzip at most", async (minimal) => {
  const { outputFiles } = await build({
    stdin: { contents: minimal.code, resolveDir: root },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "neutral",
  });
  const text = outputFiles[0]?.text ?? "";
  const size = gzipSync(text, { level: 9 }).length;
  console.log(`minimal ${minimal.codec} app: ${text.length} bytes minified, ${size} bytes gzip`);
  expect(text).toContain("__Host-session");
  expect(text).not.toMatch(minimal.foreign);
  expect(size).toBeLessThanOrEqual(minimal.budget);
});
