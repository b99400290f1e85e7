// Builds the JavaScript of the package in whose folder it is started; its types come from tsc.
//
// One file per entry point, and chunks of what they share: Node takes longer to find and read sixty small files than to run them.
import { readFileSync, rmSync } from "node:fs";
import { build } from "esbuild";

const { exports } = JSON.parse(readFileSync("package.json", "utf8"));
const entryPoints = Object.values(exports)
  .filter((target) => target.endsWith(".js"))
  .map((target) => target.replace("./dist/", "src/").replace(/\.js$/, ".ts"));

rmSync("dist", { recursive: true, force: true });
await build({
  entryPoints,
  outbase: "src",
  outdir: "dist",
  bundle: true,
  splitting: true,
  packages: "external",
  format: "esm",
  platform: "neutral",
  target: "es2022",
  // The sources are in the package.
  sourcemap: true,
  sourcesContent: false,
});
