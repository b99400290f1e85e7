import { builtinModules } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";

/** One file, of the builds that packages have for a runtime; what it brings itself stays outside. */
export async function bundleProgram(entry: "process" | "worker", condition: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, `${entry}.ts`)],
    bundle: true,
    write: false,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: [condition, "import", "module"],
    external: ["node:*", ...builtinModules],
    define: { "process.env.NODE_ENV": '"production"' },
  });
  return outputFiles[0]?.text ?? "";
}
