// `pnpm bench [part ...] [--quick]`, `pnpm bench check`. JavaScript: the Node that starts it may be too old for the rest.
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const parts = ["in-process", "limit", "runtimes", "http", "stores", "scaling", "weight"];
const here = import.meta.dirname;
const given = process.argv.slice(2).filter((argument) => argument !== "--");
const flags = given.filter((argument) => argument.startsWith("--"));
const names = given.filter((argument) => !argument.startsWith("--"));

if (names.includes("check")) await check();
else measure(names.length > 0 ? names : parts);

/** Installs what is compared, then runs each part on Node 24, in a process of its own. */
function measure(names) {
  run("pnpm", ["install", "--frozen-lockfile", "--prefer-offline", "--reporter=silent"]);
  const node = join(here, "node_modules/node24/bin/node");
  for (const name of names) {
    console.log(`\n${name}`);
    const begun = Date.now();
    run(node, ["--expose-gc", "--max-old-space-size=8192", "src/main.ts", name, ...flags]);
    console.log(`${name} took ${Math.round((Date.now() - begun) / 1000)} s`);
  }
}

/** Needs nothing but the repository's own installation, and runs on the Node that is there. */
async function check() {
  const { build } = await import("esbuild");
  const outfile = join(here, "../../node_modules/.cache/websession-bench/check.js");
  const entryPoints = [join(here, "src/check/main.ts")];
  await build({ entryPoints, outfile, bundle: true, format: "esm", platform: "node", packages: "external" });
  run(process.execPath, [outfile]);
}

function run(command, args) {
  const { status } = spawnSync(command, args, { cwd: here, stdio: "inherit", shell: process.platform === "win32" });
  if (status !== 0) process.exit(status ?? 1);
}
