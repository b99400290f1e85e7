import { cpSync, mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { examples } from "./examples.ts";
import { root } from "./helpers.ts";

/** The clients that examples of docs/stores.md import. */
const clients = [
  ...[
    "@aws-sdk/client-dynamodb",
    "@aws-sdk/lib-dynamodb",
    "express-session",
    "ioredis",
    "memjs",
    "mysql2",
    "pg",
    "redis",
  ],
  ...["session-file-store", "unstorage"],
];

/**
 * Makes a project with our packages in it as a registry delivers them, the clients of stores beside, and the examples of
 * docs/stores.md. Gives its folder.
 */
export function makeProject(): string {
  const project = mkdtempSync(join(tmpdir(), "websession-docs-"));
  const modules = join(project, "node_modules");
  for (const name of ["core", "adapters"]) {
    for (const part of ["package.json", "dist"]) {
      cpSync(join(root, "packages", name, part), join(modules, "@websession", name, part), { recursive: true });
    }
  }
  for (const client of clients) link(join(root, "packages/adapters/node_modules", client), join(modules, client));
  // Those of the oldest Node that we support know no node:sqlite.
  link(join(root, "node_modules/@types/node-24"), join(modules, "@types/node"));
  const dependencies = Object.fromEntries(
    ["@websession/core", "@websession/adapters", "@types/node", ...clients].map((name) => [name, "*"]),
  );
  writeFileSync(join(project, "package.json"), JSON.stringify({ type: "module", dependencies }));
  for (const { document, name, code } of examples) {
    if (document === "docs/stores.md") writeFileSync(join(project, name), code);
  }
  return project;
}

function link(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  symlinkSync(realpathSync(from), to, "junction");
}
