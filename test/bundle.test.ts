import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, it } from "vitest";
import { root } from "./helpers.ts";

/** Bytes, gzip. See docs/decisions/0003-bundle-size.md. */
const BUDGET = 6200;

const app = `
  import { createSessions } from "@websession/core";
  export default {
    fetch: (request, env) =>
      createSessions({ secrets: env.SESSION_SECRET }).handle(request, (session) => {
        session.set("visits", (session.get("visits") ?? 0) + 1);
        return new Response("Total visits: " + session.get("visits"));
      }),
  };
`;

it(`bundles a minimal app with signed cookies into ${BUDGET} bytes of gzip at most`, async () => {
  const { outputFiles, metafile } = await build({
    stdin: { contents: app, resolveDir: root },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "neutral",
  });
  const size = gzipSync(outputFiles[0]?.contents ?? "", { level: 9 }).length;
  console.log(`minimal app: ${outputFiles[0]?.contents.length} bytes minified, ${size} bytes gzip`);
  expect(Object.keys(metafile.inputs).filter((path) => /jose|node:/.test(path))).toEqual([]);
  expect(size).toBeLessThanOrEqual(BUDGET);
});
