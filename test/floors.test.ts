import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, it } from "vitest";
import { root } from "./helpers.ts";

/**
 * The floors of core: a file imports from its own floor or a lower one, types included. A folder stands for what is in it.
 * CONTRIBUTING.md has the map.
 */
const floors: readonly (readonly string[])[] = [
  ["awaitable", "decide", "errors", "events", "owner", "request", "store"],
  ["lifetime", "response", "settings", "token/", "transport/"],
  ["session/"],
  ["backend/", "records/", "schema"],
  ["config", "memory/", "testing/"],
  ["audit", "commit", "load"],
  ["sessions"],
];

const lib = join(root, "packages/core/src/lib");
const files = readdirSync(lib, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));

/** What a file imports, by its path below `lib`. */
function importsOf(file: string): string[] {
  const source = readFileSync(join(lib, file), "utf8");
  const specifiers = [...source.matchAll(/\bfrom "(\.[^"]+)"|\bimport\("(\.[^"]+)"\)/g)];
  return specifiers.map(([, from, dynamic]) => relative(lib, join(lib, dirname(file), from ?? dynamic ?? "")));
}

const imports = new Map(files.map((file) => [file, importsOf(file)]));

function floorOf(file: string): number {
  return floors.findIndex((names) =>
    names.some((name) => file === `${name}.ts` || (name.endsWith("/") && file.startsWith(name))),
  );
}

/** The first way from a file back to itself. */
function circleFrom(file: string, path: readonly string[] = []): string[] | undefined {
  if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
  if (free.has(file)) return undefined;
  for (const next of imports.get(file) ?? []) {
    const circle = circleFrom(next, [...path, file]);
    if (circle) return circle;
  }
  free.add(file);
  return undefined;
}
const free = new Set<string>();

it("every file of core has a floor", () => {
  expect(files.filter((file) => floorOf(file) === -1)).toEqual([]);
  expect(files.length).toBeGreaterThan(40);
});

it("no file of core imports from a higher floor, not even a type", () => {
  const upward = [...imports].flatMap(([file, targets]) =>
    targets.filter((target) => floorOf(target) > floorOf(file)).map((target) => `${file} -> ${target}`),
  );
  expect(upward).toEqual([]);
});

it("no imports of core make a circle, not even of types", () => {
  expect(files.map((file) => circleFrom(file)).filter((circle) => circle !== undefined)).toEqual([]);
});

it("notices what a file imports", () => {
  expect(importsOf("sessions.ts")).toEqual(
    expect.arrayContaining(["commit.ts", "backend/owner-sessions.ts", "session/session.ts"]),
  );
});
