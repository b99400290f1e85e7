import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { metrics } from "@opentelemetry/api";
import {
  AggregationTemporality,
  type DataPoint,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import type { Session, Sessions } from "@websession/core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Example, environment, examples, ISSUED } from "./examples.ts";
import { documents, entryPoints, read, root } from "./helpers.ts";

/** The examples of stores stand where the clients of stores are installed. */
const homes = { stores: join(root, "packages/adapters/test/.docs"), others: join(import.meta.dirname, ".docs") };
const homeOf = (document: string) => (document === "docs/stores.md" ? homes.stores : homes.others);
const pathOf = ({ document, name }: Example) => join(homeOf(document), document.replace(/\W/g, "-"), name);

/** Not compiled here, but by Deno, in docs-stores.test.ts: the types of Node 20 have no node:sqlite. */
const foreign = ["sqlite.ts", "deno-kv.ts"];

/** Not run here, but there: they need a server or a runtime. */
const elsewhere = [
  ...foreign,
  "redis.ts",
  "node-redis.ts",
  "postgres.ts",
  "mysql.ts",
  "memcached.ts",
  "dynamo.ts",
  "unstorage.ts",
  "connect.ts",
];
/** Not run: compiled here, and the same stores are tested in workerd. */
const onWorkers = ["durable-object.ts", "d1.ts", "cloudflare-kv.ts"];
/** Not as the others, but in tests of their own: one's sessions travel in a header, the other reads those of a third. */
const special = ["native.ts", "orders.ts"];
const isRunHere = ({ document, name }: Example) =>
  document === "docs/stores.md" ? ![...elsewhere, ...onWorkers].includes(name) : !special.includes(name);

const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const reader = new PeriodicExportingMetricReader({ exporter });
metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));

beforeAll(() => {
  for (const home of Object.values(homes)) rmSync(home, { recursive: true, force: true });
  for (const example of examples) {
    mkdirSync(dirname(pathOf(example)), { recursive: true });
    writeFileSync(pathOf(example), example.code);
  }
  const options = {
    noEmit: true,
    types: ["node"],
    isolatedDeclarations: false,
    declaration: false,
    declarationMap: false,
  };
  for (const [home, base] of [
    [homes.others, "../.."],
    [homes.stores, "../../../.."],
  ] as const) {
    const exclude = foreign.map((name) => `*/${name}`);
    const include = ["*/*.ts", "../stores/memjs.d.ts"];
    const config = { extends: `${base}/tsconfig.base.json`, compilerOptions: options, include, exclude };
    writeFileSync(join(home, "tsconfig.json"), JSON.stringify(config));
  }
  const SESSION_DIRECTORY = mkdtempSync(join(tmpdir(), "websession-docs-"));
  Object.assign(process.env, environment, { SESSION_DIRECTORY });
});

describe("documentation", () => {
  it.each(Object.values(homes))("has examples that compile: %s", (home) => {
    const { stdout, status } = spawnSync(join(root, "node_modules/.bin/tsc"), ["-p", home], { encoding: "utf8" });
    expect(stdout).toBe("");
    expect(status).toBe(0);
  });

  it.each(documents)("%s names only entry points that exist", (document) => {
    const names = read(document).match(/@websession\/[\w-]+(?:\/[\w-]+)*/g) ?? [];
    const known = entryPoints.map(({ name }) => name);
    for (const name of names) expect([...known, "@websession/adapters"]).toContain(name);
  });

  it.each(documents)("%s links to files that exist", (document) => {
    const links = [...read(document).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link = ""]) => link);
    for (const link of links) expect(existsSync(join(root, dirname(document), link)), link).toBe(true);
  });

  it("has its running example and the transcript within the README's first 30 lines", () => {
    const lines = read("README.md").split("\n");
    expect(lines.indexOf("```", lines.indexOf("```console"))).toBeLessThan(30);
  });
});

/** What can be done with an example, by what it exports. */
interface Exported {
  default?: { fetch(request: Request, env?: object): Promise<Response> };
  fetch?: (request: Request) => Promise<Response>;
  sessions?: Sessions;
  app?: { listen(port: number, host: string): Server };
  server?: Server;
  respond?: (cookie: string | null, headers: Headers) => Promise<string>;
}

/** Requests that make the session change; others use `GET /`. */
const requests: Record<string, Request> = {
  "README.md hono.ts": new Request("http://localhost/cart/apples", { method: "POST" }),
  "docs/guide.md flash.ts": new Request("http://localhost/", { method: "POST" }),
  "docs/guide.md sign-in.ts": new Request("http://localhost/login", {
    method: "POST",
    body: new URLSearchParams({ user: "ada" }),
  }),
};

const write = async (session: Session, response: Response, sessions: Sessions) => {
  session.set("a", 1);
  return sessions.commit(session, response);
};

async function answerOf(example: Example): Promise<Headers> {
  const exported: Exported = await import(pathOf(example));
  const request = requests[`${example.document} ${example.name}`] ?? new Request("http://localhost/");
  const { fetch = exported.default?.fetch, sessions, app, server, respond } = exported;
  if (fetch) return (await fetch(request, environment)).headers;
  if (sessions) return (await write(await sessions.load(request), new Response("ok"), sessions)).headers;
  if (respond) {
    const headers = new Headers();
    await respond(null, headers);
    return headers;
  }
  const listening = app?.listen(0, "127.0.0.1") ?? server;
  if (listening === undefined) return expect.unreachable(`${example.name} exports nothing that can be run`);
  if (!listening.listening) await new Promise((resolve) => listening.once("listening", resolve));
  const response = await globalThis.fetch(`http://127.0.0.1:${(listening.address() as AddressInfo).port}/`);
  listening.close();
  return response.headers;
}

it("docs/adapters.md, native.ts: runs, and keeps a session in the header", async () => {
  const example = examples.find(({ name }) => name === "native.ts");
  const headers = await answerOf(example ?? expect.unreachable("docs/adapters.md has no native.ts"));
  expect(headers.get("authorization")).toMatch(/^Bearer [\w-]+\.[\w-]+\.[\w-]{43}$/);
  expect(headers.getSetCookie()).toEqual([]);
});

it.each(examples.filter(isRunHere))("$document, $name: runs, and keeps a session", async (example) => {
  const [line = ""] = (await answerOf(example)).getSetCookie();
  expect(line).toMatch(ISSUED);
});

/** A module of docs/operations.md. */
const operations = (name: string) =>
  import(pathOf(examples.find((each) => each.document === "docs/operations.md" && each.name === name) as Example));

it("docs/operations.md, metrics.ts: counts events with OpenTelemetry", async () => {
  const { sessions }: { sessions: Sessions } = await operations("metrics.ts");
  const sent = new Request("http://localhost/", { headers: { cookie: "__Host-session=nonsense" } });
  for (let times = 0; times < 3; times++) {
    await sessions.handle(sent, (session) => {
      session.login("ada");
      return new Response();
    });
  }
  await reader.forceFlush();
  const counters = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  const points = counters.flatMap(({ dataPoints }) => dataPoints as DataPoint<number>[]);
  const counts = points.map(({ attributes, value }) => [attributes.type, attributes.reason, value]);
  expect(counts).toContainEqual(["token-rejected", "malformed", 3]);
  expect(counts).toContainEqual(["logged-in", undefined, 3]);
});

it("docs/operations.md, audit.ts: logs who signed in and who left, and nothing else", async () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  const { sessions }: { sessions: Sessions } = await operations("audit.ts");
  const headers = { "x-forwarded-for": "192.0.2.1" };
  const begun = await sessions.handle(new Request("http://localhost/", { headers }), (session) => {
    session.login("ada");
    return new Response();
  });
  const cookie = begun.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  await sessions.handle(new Request("http://localhost/", { headers: { ...headers, cookie } }), (session) => {
    session.destroy();
    return new Response();
  });
  const lines = log.mock.calls.map(([line]) => JSON.parse(line));
  log.mockRestore();
  const entry = { at: expect.any(String), id: lines[0].id, owner: "ada", from: "192.0.2.1" };
  expect(lines).toEqual([
    { ...entry, type: "logged-in" },
    { ...entry, type: "ended", by: "destroyed" },
  ]);
});

it("docs/operations.md, restored.ts: ends again what the audit log names", async () => {
  const { sessions, endAgain }: { sessions: Sessions; endAgain(log: object[]): Promise<void> } =
    await operations("restored.ts");
  const begin = async () => {
    const session = await sessions.load(new Request("http://localhost/"));
    session.login("ada");
    await sessions.commit(session, new Response());
    return session.id;
  };
  const [one, two] = [await begin(), await begin()];
  const left = async () => (await sessions.list("ada")).map(({ id }) => id);
  await endAgain([{ type: "token-large" }, { type: "ended", id: one }]);
  expect(await left()).not.toContain(one);
  expect(await left()).toContain(two);
  await endAgain([{ type: "ended", owner: "ada" }]);
  expect(await left()).toEqual([]);
});

it("docs/operations.md, sweep.ts: says how many expired records it has removed", async () => {
  const { sessions, sweepAll }: { sessions: Sessions; sweepAll(): Promise<number> } = await operations("sweep.ts");
  await sweepAll();
  for (let i = 0; i < 3; i++) {
    await sessions.handle(new Request("http://localhost/"), (session) => {
      session.login("ada");
      return new Response();
    });
  }
  await sessions.revokeAll("ada");
  expect(await sweepAll()).toBe(3);
  expect(await sweepAll()).toBe(0);
});

it("docs/tokens.md, orders.ts: reads the sessions of encrypted.ts, by their keys", async () => {
  const [service, issuer] = ["orders.ts", "encrypted.ts"].map((name) =>
    examples.find((example) => example.document === "docs/tokens.md" && example.name === name),
  );
  const { sessions }: { sessions: Sessions } = await import(pathOf(issuer as Example));
  process.env.SESSION_JWKS = JSON.stringify(await sessions.jwks());
  const { ownerOf } = await import(pathOf(service as Example));
  const response = await sessions.handle(new Request("http://localhost/"), (session) => {
    session.login("ada");
    return new Response();
  });
  const [, token = ""] = /=([^;]+)/.exec(response.headers.getSetCookie()[0] ?? "") ?? [];
  expect(await ownerOf(token)).toBe("ada");
  await expect(ownerOf(token.replace(/.$/, (last) => (last === "A" ? "Q" : "A")))).rejects.toThrow("decryption");
});

describe("the README's transcript", () => {
  const [, transcript = ""] = /^```console\n([\s\S]*?)^```$/m.exec(read("README.md")) ?? [];
  const [, first = "", second = ""] = transcript.split(/^\$ curl .*\n/m);
  let url = "";
  let stop = () => {};

  beforeAll(async () => {
    const [example] = examples.filter(({ document, name }) => document === "README.md" && name === "counter.ts");
    const file = pathOf(example ?? expect.unreachable("the README has no counter.ts"));
    const server = spawn(join(root, "node_modules/.bin/bun"), [file], { env: { ...process.env, PORT: "0" } });
    stop = () => server.kill();
    url = await new Promise<string>((resolve, reject) => {
      let output = "";
      const listen = (chunk: Buffer) => {
        output += chunk;
        const [found] = /http:\/\/localhost:\d+/.exec(output) ?? [];
        if (found !== undefined) resolve(found);
      };
      server.stdout.on("data", listen);
      server.stderr.on("data", listen);
      server.once("exit", () => reject(new Error(`bun ended: ${output}`)));
    });
  }, 30_000);
  afterAll(() => stop());

  it("is what the example answers", async () => {
    const response = await fetch(url);
    const [head = "", body = ""] = first.split("\n\n");
    expect(head.split("\n")[0]).toBe(`HTTP/1.1 ${response.status} ${response.statusText}`);
    for (const line of head.split("\n").slice(1)) {
      const [name = "", value = ""] = line.split(/: (.*)/);
      const [start = "", end = ""] = value.split("…");
      expect(response.headers.get(name)?.startsWith(start), line).toBe(true);
      expect(response.headers.get(name)?.endsWith(end), line).toBe(true);
    }
    expect(await response.text()).toBe(body);
    const [cookie = ""] = response.headers.getSetCookie()[0]?.split(";") ?? [];
    expect(await (await fetch(url, { headers: { cookie } })).text()).toBe(second);
  });
});
