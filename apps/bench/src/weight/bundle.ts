import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import type { Use } from "./uses.ts";

/** What esbuild makes of a use, as for a Worker; Node's own modules stay outside. */
export async function bundle({ code, external = [] }: Use): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: join(import.meta.dirname, "../..") },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "node",
    mainFields: ["module", "main"],
    conditions: ["worker", "import", "module"],
    external: [...external],
    define: { "process.env.NODE_ENV": '"production"' },
  });
  return outputFiles[0]?.text ?? "";
}

export function gzipBytes(text: string): number {
  return gzipSync(text, { level: 9 }).length;
}

/** What CommonJS within an ESM bundle needs on Node. */
export const nodeBanner = `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);\n`;
