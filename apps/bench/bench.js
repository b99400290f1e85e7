// `pnpm bench [part] [--quick]`: installs what is compared, then runs each part in a process of its own on Node 24.
// JavaScript, because the Node that starts it may be too old to run the rest.
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const parts = ["in-process", "limit", "runtimes", "http", "stores", "scaling", "weight"];
const here = import.meta.dirname;
const given = process.argv.slice(2).filter((argument) => argument !== "--");
const names = given.filter((argument) => !argument.startsWith("--"));
const flags = given.filter((argument) => argument.startsWith("--"));

function run(command, args) {
  const { status } = spawnSync(command, args, { cwd: here, stdio: "inherit", shell: process.platform === "win32" });
  if (status !== 0) process.exit(status ?? 1);
}

run("pnpm", ["install", "--frozen-lockfile", "--prefer-offline", "--reporter=silent"]);
const node = join(here, "node_modules/node24/bin/node");
for (const name of names.length > 0 ? names : parts) {
  console.log(`\n${name}`);
  const begun = Date.now();
  run(node, ["--expose-gc", "--max-old-space-size=12288", "src/main.ts", name, ...flags]);
  console.log(`${name}: ${Math.round((Date.now() - begun) / 1000)} s`);
}
