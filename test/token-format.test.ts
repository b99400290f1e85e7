import { execFileSync, spawnSync } from "node:child_process";
import { chunk, createSessions, deflate, header, type SessionOptions, signed } from "@websession/core";
import { describe, expect, it } from "vitest";
import { CHUNKED, PAYLOAD, SECRET_OF_VECTORS, STORE_PAYLOADS, VECTORS } from "../packages/core/test/token-format.ts";
import { read } from "./helpers.ts";

const document = read("docs/token-format.md");
const NAME = "__Host-session";
const now = 1_795_305_600;

describe("docs/token-format.md", () => {
  const blocks = [...document.matchAll(/^```text\n([\s\S]*?)^```$/gm)].map(([, text = ""]) =>
    text.replaceAll("\n", ""),
  );

  it("gives the test vectors that the core is tested with, all of them", () => {
    const vectors = Object.values(VECTORS);
    expect(blocks.filter((text) => text.startsWith("ey"))).toEqual(vectors.map(({ token }) => token));
    for (const { name, key, kid } of vectors) {
      for (const value of [name, key, kid]) expect(document).toContain(`| \`${value}\` |`);
    }
    for (const text of [PAYLOAD, SECRET_OF_VECTORS, ...Object.values(STORE_PAYLOADS)]) expect(document).toContain(text);
  });

  it("gives the test vector in two cookies", () => {
    const cookies = Object.entries(CHUNKED).map(([name, value]) => `${name}=${value}`);
    expect(blocks).toContain(cookies.join(";"));
  });

  it("gives the headers of the test vectors, but for the key id", () => {
    for (const { header, kid } of Object.values(VECTORS)) {
      expect(document).toContain(`\n${header.replace(kid, "......")}\n`);
    }
  });
});

/** CI brings Python along; elsewhere it may be missing. */
const hasPython = Boolean(process.env.CI) || spawnSync("python3", ["--version"]).status === 0;

describe.runIf(hasPython)("the program in Python of docs/token-format.md", () => {
  const [, program = ""] = /^```python\n([\s\S]*?)^```$/m.exec(document) ?? [];

  /** What an expression amounts to, under the definitions of the program; `given` is what it is about. */
  function evaluate(expression: string, given: object): unknown {
    const definitions = program.slice(0, program.indexOf("\ncontent ="));
    const line = `import sys\ngiven = json.load(sys.stdin)\nprint(json.dumps(${expression}))`;
    return JSON.parse(
      execFileSync("python3", ["-c", `${definitions}\n${line}`], { input: JSON.stringify(given), encoding: "utf8" }),
    );
  }

  const setUp = (options: Partial<SessionOptions> = {}) =>
    createSessions({ secrets: SECRET_OF_VECTORS, now: () => now * 1000, ...options });

  /** The cookies that a browser has of a session with this data. */
  async function cookiesOf(sessions: ReturnType<typeof setUp>, data: object): Promise<Record<string, string>> {
    const response = await sessions.handle(new Request("http://localhost/"), (session) => {
      session.login("ada");
      for (const [key, value] of Object.entries(data)) session.set(key, value);
      return new Response();
    });
    return Object.fromEntries(response.headers.getSetCookie().map((line) => line.split(";")[0]?.split(/=(.*)/) ?? []));
  }

  const READ = `read(token_of(given["cookies"], "${NAME}"), given["jwks"], given["now"])`;
  const cart = Array.from({ length: 60 }, (_, i) => ({ sku: `item-${i * 7919}`, price: i * 37, name: "Äpfel 🍏" }));

  it("makes the test vectors", () => {
    const tokens = execFileSync("python3", ["-c", program], { encoding: "utf8" }).trim().split("\n");
    const { signed: inCookie, inHeader, reference, generation, copy } = VECTORS;
    expect(tokens).toEqual([inCookie, inHeader, reference, generation, copy].map(({ token }) => token));
  });

  it("reads the compressed test vector", () => {
    const jwks = evaluate(`{"keys": [key_of(given, "${NAME}")]}`, SECRET_OF_VECTORS as unknown as object);
    const cookies = { [NAME]: VECTORS.compressed.token };
    expect(evaluate(READ, { cookies, jwks, now })).toEqual(JSON.parse(PAYLOAD));
  });

  it("puts the test vector in two cookies together", () => {
    expect(evaluate(`token_of(given, "${NAME}")`, CHUNKED)).toBe(VECTORS.signed.token);
  });

  const ways: [how: string, options: Partial<SessionOptions>, cookies: number][] = [
    ["signed", { overflow: chunk }, 2],
    ["compressed", { codec: signed({ compress: deflate }) }, 1],
  ];
  it.each(ways)("verifies a session of ours, %s, by the key set", async (_how, options, count) => {
    const sessions = setUp(options);
    const cookies = await cookiesOf(sessions, { cart });
    expect(Object.keys(cookies)).toHaveLength(count);
    const jwks = await sessions.jwks();
    expect(evaluate(READ, { cookies, jwks, now })).toMatchObject({ iat: now, sub: "ada", d: { cart } });
    expect(evaluate(READ, { cookies, jwks, now: now + 1_209_600 })).toBeNull();
    const other = await setUp({ secrets: "another secret that is long enough" }).jwks();
    expect(evaluate(READ, { cookies, jwks: other, now })).toBeNull();
    const forged = { ...cookies, [NAME]: cookies[NAME]?.replace(/.$/, (last) => (last === "A" ? "E" : "A")) };
    expect(evaluate(READ, { cookies: forged, jwks, now })).toBeNull();
    if (count > 1) expect(evaluate(`token_of(given, "${NAME}")`, { [NAME]: cookies[NAME] })).toBeNull();
  });

  it.each([
    [false, signed()],
    [true, signed({ compress: deflate })],
  ])("makes a token that we read, compressed: %s", async (compressed, codec) => {
    const sessions = setUp({ codec, transport: header() });
    const claims = { sid: "A".repeat(22), iat: now, exp: now + 60, sub: "ada", d: { cart } };
    const given = { content: JSON.stringify(claims), jwks: await sessions.jwks(), compressed };
    const token = evaluate('make(given["content"], given["jwks"]["keys"][0], given["compressed"])', given) as string;
    const session = await sessions.load({ headers: new Headers({ "x-session": token }) });
    expect([session.owner, session.get("cart")]).toEqual(["ada", cart]);
  });
});
