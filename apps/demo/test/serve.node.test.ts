import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { cleanUp, end, failedStart, hasSqlite, runtimes, start, temporaryDirectory } from "./demo-process.ts";
import { SECRET } from "./visitor.ts";

const paths = ["/spark-counter/", "/spark-counter/", "/session/", "/session/", "/session/", "/delete-spark/"];
const texts = [
  "Total visits: 1",
  "Total visits: 2",
  '{"visits":2}',
  '{"visits":2,"cart_item":{"apples":"10","banana":"20","pineapples":"30"}}',
  '{"visits":2,"cart_item":{"apples":"100","banana":"20","pineapples":"30"}}',
  "spark deleted",
];

/** The texts of these paths, asked for by one visitor. */
async function walk(url: string, paths: readonly string[]): Promise<string[]> {
  let cookie = "";
  const texts: string[] = [];
  for (const path of paths) {
    const response = await fetch(url + path, { headers: { cookie } });
    cookie = response.headers.getSetCookie()[0]?.split(";")[0] ?? cookie;
    texts.push(await response.text());
  }
  return texts;
}

/** A connection such as browsers keep: one request, and it stays open. */
async function keepAlive(url: string, request = ""): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => {});
  await once(socket, "connect");
  if (request === "") return socket;
  socket.write(request);
  await once(socket, "data");
  return socket;
}

afterEach(cleanUp);

describe.each(runtimes)("the demo on %s", { timeout: 60_000 }, (_name, program, args) => {
  it("walks through the tutorial", async () => {
    const { url } = await start(program, args);
    expect(await walk(url, paths)).toEqual(texts);
  });

  it("walks through it with sessions in memory", async () => {
    const { url } = await start(program, args, { SESSION_STORE: "memory" });
    expect(await walk(url, paths)).toEqual(texts);
  });

  it.each(["file:DIR", "sqlite:DIR/sessions.db"])("keeps sessions in %s over a restart", async (setting) => {
    const env = { SESSION_SECRET: SECRET, SESSION_STORE: setting.replace("DIR", await temporaryDirectory()) };
    if (setting.startsWith("sqlite") && !hasSqlite(program)) {
      expect((await failedStart(program, args, env)).errors).toContain("needs node:sqlite: Node 22.13 or newer");
      return;
    }
    const first = await start(program, args, env);
    const response = await fetch(`${first.url}/spark-counter/`);
    const cookie = response.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    expect(await end(first.child, "SIGTERM")).toEqual([0, null]);
    const second = await start(program, args, env);
    const again = await fetch(`${second.url}/spark-counter/`, { headers: { cookie } });
    expect([await again.text(), again.headers.getSetCookie()]).toEqual(["Total visits: 2", []]);
    expect(await end(second.child, "SIGTERM")).toEqual([0, null]);
  });

  it.each(["mongodb://ada:secret@localhost/x", "memory:", "file:"])(
    "does not start with SESSION_STORE=%s",
    async (setting) => {
      const start = await failedStart(program, args, { SESSION_STORE: setting });
      expect(start.code).toBe(1);
      expect(start.errors).toMatch(/^SESSION_STORE must be one of: cookie, memory, file:DIR, sqlite:FILE, .+$/m);
      expect(start.errors).not.toMatch(/ada|^ +at /m);
    },
  );

  it("does not start without the database that it is to use", async () => {
    for (const setting of ["redis://127.0.0.1:1", "postgres://127.0.0.1:1/x", "mysql://127.0.0.1:1/x"]) {
      const start = await failedStart(program, args, { SESSION_STORE: setting });
      expect(start.code).toBe(1);
      expect(start.errors).toMatch(/ECONNREFUSED|refused/);
    }
  });

  it.each(["SIGTERM", "SIGINT"] as const)("ends in order on %s, whatever connections are open", async (signal) => {
    const { url, child } = await start(program, args);
    const used = await keepAlive(url, "GET /untouched HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const unused = await keepAlive(url);
    expect(await end(child, signal)).toEqual([0, null]);
    used.destroy();
    unused.destroy();
  });

  it("makes a secret where it is given none, and says so", async () => {
    expect((await start(program, args)).warnings()).toContain("SESSION_SECRET is not set");
  });

  it("knows its sessions again after a restart with the same secret", async () => {
    const env = { SESSION_SECRET: SECRET };
    const first = await start(program, args, env);
    const response = await fetch(`${first.url}/spark-counter/`);
    const cookie = response.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    await end(first.child, "SIGTERM");
    const second = await start(program, args, env);
    expect(await (await fetch(`${second.url}/spark-counter/`, { headers: { cookie } })).text()).toBe("Total visits: 2");
    expect(second.warnings()).toBe("");
  });
});
