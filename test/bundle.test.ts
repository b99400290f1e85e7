import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, it } from "vitest";
import { root } from "./helpers.ts";

/** Bytes, gzip. See docs/decisions/0003-bundle-size.md. */
const BUDGET = 8000;

/** The same with encryption, and the part of jose that it takes. */
const ENCRYPTED_BUDGET = 17_100;

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
  { codec: "signed", code: app("", ""), budget: BUDGET, foreign: /jose|node:|deflate/ },
  {
    codec: "encrypted",
    code: app('import { encrypted } from "@websession/core/encrypted";', ", codec: encrypted()"),
    budget: ENCRYPTED_BUDGET,
    foreign: /node:/,
  },
];

it.each(apps)("bundles a minimal app with $codec cookies into $budget bytes of gzip at most", async (minimal) => {
  const { outputFiles, metafile } = await build({
    stdin: { contents: minimal.code, resolveDir: root },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "neutral",
  });
  const [output] = Object.values(metafile.outputs);
  const bundled = Object.entries(output?.inputs ?? {}).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  const size = gzipSync(outputFiles[0]?.contents ?? "", { level: 9 }).length;
  console.log(`minimal ${minimal.codec} app: ${outputFiles[0]?.contents.length} bytes minified, ${size} bytes gzip`);
  expect(bundled.length).toBeGreaterThan(10);
  expect(bundled.filter(([path]) => minimal.foreign.test(path))).toEqual([]);
  expect(size).toBeLessThanOrEqual(minimal.budget);
});
