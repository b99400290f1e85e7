import { decodeProtectedHeader } from "jose";
import { afterEach, describe, expect, it, vi } from "vitest";
import { encrypted } from "../src/encrypted.ts";
import { chunk, deflate, signed } from "../src/index.ts";
import { CLAIMS, forgeSigned, kinds, NAME } from "./forge.ts";
import { cookieIn, setUp, touch } from "./helpers.ts";

/** edge-runtime has neither of the two streams: there nothing is compressed, and what is compressed is no session. */
const canCompress = typeof CompressionStream === "function";
const DEF = ',"zip":"DEF"';

const tokenIn = (cookie: string) => cookie.slice(cookie.indexOf("=") + 1);
const zipOf = (cookie: string) => decodeProtectedHeader(tokenIn(cookie)).zip;
const utf8 = (text: string) => new TextEncoder().encode(text);

/** DEFLATE (RFC 1951 section 3.2.4) without compressing anything, which needs no runtime's help. */
function stored(text: string): Uint8Array<ArrayBuffer> {
  const bytes = utf8(text);
  const [low, high] = [bytes.length & 255, bytes.length >> 8];
  return new Uint8Array([1, low, high, low ^ 255, high ^ 255, ...bytes]);
}

/** What zlib makes of zeros: a table of codes, then every 2 bits are 258 more of them. It never ends. */
function bomb(length: number): Uint8Array<ArrayBuffer> {
  const table = [0xec, 0xc1, 0x01, 0x01, 0, 0, 0, 0x80, 0x90, 0xfe, 0xaf, 0xee, 0x08, 0x0a];
  return new Uint8Array([...table, ...new Uint8Array(length)]);
}

/** A shopping cart of so many items. */
const cart = (items: number) =>
  Array.from({ length: items }, (_, i) => ({ sku: `item-${i * 7919}`, quantity: (i % 5) + 1, price: i * 37 }));

afterEach(() => {
  vi.unstubAllGlobals();
});

describe.each(kinds)("a compressed $kind session", ({ zipped, make, forge }) => {
  const compressing = (options = {}) => setUp({ codec: zipped, ...options });

  it("comes back as it was, from a shorter token that says so in its header", async () => {
    const data = { cart: cart(30), note: "grüße 🍏 漢字" };
    const fill = (options: Parameters<typeof setUp>[0]) =>
      setUp({ overflow: chunk, ...options }).visit(undefined, (session) => {
        session.set("cart", data.cart).set("note", data.note);
      });
    const cookie = cookieIn(await fill({ codec: zipped }));
    const uncompressed = cookieIn(await fill({ codec: make() }));
    expect(await compressing().dataOf(cookie)).toEqual(data);
    expect([zipOf(cookie), zipOf(uncompressed)]).toEqual([canCompress ? "DEF" : undefined, undefined]);
    if (canCompress) expect(cookie.length).toBeLessThan(0.6 * uncompressed.length);
    else expect(cookie).toHaveLength(uncompressed.length);
  });

  it("is one only beyond 1 KB", async () => {
    const { cookieOf } = compressing();
    const claims = await cookieOf((session) => session.set("a", ""));
    expect(zipOf(claims)).toBeUndefined();
    expect(zipOf(await cookieOf((session) => session.set("a", "x".repeat(900))))).toBeUndefined();
    const large = await cookieOf((session) => session.set("a", "x".repeat(1024)));
    expect(zipOf(large)).toBe(canCompress ? "DEF" : undefined);
  });

  it.each([
    ["nothing", 0],
    ["fewer bytes than its mark in the header costs", 5],
    ["just as many", 12],
  ])("is none where that saves %s", async (_what, saved) => {
    vi.stubGlobal("CompressionStream", saving(saved));
    const { cookieOf } = compressing();
    expect(zipOf(await cookieOf((session) => session.set("a", "x".repeat(1500))))).toBeUndefined();
  });

  it("is one where that saves more than its mark costs", async () => {
    vi.stubGlobal("CompressionStream", saving(20));
    const { cookieOf } = compressing();
    expect(zipOf(await cookieOf((session) => session.set("a", "x".repeat(1500))))).toBe("DEF");
  });

  it("is read whoever compressed it, and written again as it pays here", async () => {
    const { visit, dataOf, events } = compressing();
    const cookie = `${NAME}=${await forge(stored(JSON.stringify(CLAIMS)), DEF)}`;
    expect(await dataOf(cookie)).toEqual(canCompress ? { user: "mallory" } : {});
    expect(events).toEqual(canCompress ? [] : [{ type: "token-rejected", reason: "undecodable" }]);
    const written = cookieIn(await visit(cookie, (session) => session.set("a", 1)));
    expect(zipOf(written)).toBeUndefined();
  });

  it("is issued uncompressed where the runtime can't, and is none to read there", async () => {
    const before = await forge(stored(JSON.stringify(CLAIMS)), DEF);
    vi.stubGlobal("CompressionStream", undefined);
    vi.stubGlobal("DecompressionStream", undefined);
    const { cookieOf, dataOf, events } = compressing();
    const cookie = await cookieOf((session) => session.set("a", "x".repeat(1500)));
    expect([zipOf(cookie), await dataOf(cookie)]).toEqual([undefined, { a: "x".repeat(1500) }]);
    expect([await dataOf(`${NAME}=${before}`), events]).toEqual([
      {},
      [{ type: "token-rejected", reason: "undecodable" }],
    ]);
  });

  it("is inflated only after its MAC has held", async () => {
    const token = await forge(stored(JSON.stringify(CLAIMS)), DEF);
    let inflated = 0;
    const poisoned = class {
      constructor() {
        inflated++;
        throw new Error("inflated");
      }
    };
    vi.stubGlobal("DecompressionStream", poisoned);
    const { dataOf, events } = compressing();
    for (let i = 0; i < token.length; i++) {
      await dataOf(`${NAME}=${token.slice(0, i)}${token[i] === "A" ? "B" : "A"}${token.slice(i + 1)}`);
    }
    expect([inflated, events.length]).toEqual([0, token.length]);
    expect(events).not.toContainEqual({ type: "token-rejected", reason: "undecodable" });
    expect(await dataOf(`${NAME}=${token}`)).toEqual({});
    expect(inflated).toBe(1);
  });

  it.each([
    ["3 MB in one cookie", 2900],
    ["10 MB in chunks", 9700],
    ["15 MB in as many chunks as there may be", 15_000],
  ])("is none when it is a bomb: %s", async (_what, length) => {
    const token = await forge(bomb(length), DEF);
    const { dataOf, events } = compressing({ overflow: chunk });
    expect(await dataOf(inCookies(token))).toEqual({});
    expect(events).toEqual([{ type: "token-rejected", reason: "undecodable" }]);
  });

  it("is none when it inflates to a little more than a session may have, even of good claims", async () => {
    const large = JSON.stringify({ ...CLAIMS, d: { a: "x".repeat(250_000) } });
    const bytes = canCompress ? await compressed(large) : stored(large.slice(0, 900));
    const { dataOf, events } = compressing();
    expect(await dataOf(`${NAME}=${await forge(bytes, DEF)}`)).toEqual({});
    expect(events).toEqual([{ type: "token-rejected", reason: "undecodable" }]);
  });

  const whole = stored(JSON.stringify(CLAIMS));
  it.each([
    ["empty", new Uint8Array()],
    ["of an unknown kind of block", new Uint8Array([7, ...whole])],
    ["cut off in its middle", whole.slice(0, 60)],
    ["without its last byte", whole.slice(0, -1)],
    ["of text that was not compressed", utf8(JSON.stringify(CLAIMS))],
    ["in a wrapper of zlib", new Uint8Array([0x78, 0x9c, ...whole])],
    ["well-formed, but no claims", stored("[1]")],
    ["well-formed, but empty", stored("")],
  ])("is none when it is %s", async (_what, bytes) => {
    const { dataOf, events } = compressing();
    expect(await dataOf(`${NAME}=${await forge(bytes, DEF)}`)).toEqual({});
    expect(events).toEqual([{ type: "token-rejected", reason: "undecodable" }]);
  });

  it("is never another session for what follows its end", async () => {
    const { dataOf } = compressing();
    const data = await dataOf(`${NAME}=${await forge(new Uint8Array([...whole, ...whole]), DEF)}`);
    // Node passes over it, other runtimes refuse it: who can make such a token has our key.
    expect([{}, { user: "mallory" }]).toContainEqual(data);
  });

  it("does no harm to the good session beside it, though it is a bomb", async () => {
    const { cookieOf, dataOf } = compressing();
    const cookie = await cookieOf((session) => session.set("a", 1));
    expect(await dataOf(`${NAME}=${await forge(bomb(2900), DEF)}; ${cookie}`)).toEqual({ a: 1 });
  });

  it("may be as large as what is written here", async () => {
    const { visit, dataOf } = compressing({ overflow: chunk });
    // Up to a third of what is inflated at most, so that a text of any characters can be read again.
    const write = (length: number) => visit(undefined, (session) => session.set("a", "漢".repeat(length)));
    if (!canCompress) return expect(write(80_000)).rejects.toMatchObject({ code: "ERR_TOKEN_TOO_LARGE" });
    const cookie = cookieIn(await write(80_000));
    expect(await dataOf(cookie)).toEqual({ a: "漢".repeat(80_000) });
    await expect(write(84_000)).rejects.toMatchObject({ code: "ERR_TOKEN_TOO_LARGE" });
  });
});

describe("compressing", () => {
  it("is not done unless it is asked for", async () => {
    for (const codec of [signed(), encrypted()]) {
      const { cookieOf } = setUp({ codec });
      expect(zipOf(await cookieOf((session) => session.set("a", "x".repeat(1500))))).toBeUndefined();
    }
  });

  it("and signing: a compressed token is of an unknown key where nothing is to be compressed", async () => {
    const { dataOf, events } = setUp({ codec: signed() });
    expect(await dataOf(`${NAME}=${await forgeSigned(stored(JSON.stringify(CLAIMS)), DEF)}`)).toEqual({});
    expect(events).toEqual([{ type: "token-rejected", reason: "unknown-key" }]);
  });

  it("and encrypting: a compressed token is read where nothing is to be compressed, too", async () => {
    const [, { forge }] = kinds;
    const { dataOf } = setUp({ codec: encrypted() });
    const data = await dataOf(`${NAME}=${await forge(stored(JSON.stringify(CLAIMS)), DEF)}`);
    expect(data).toEqual(canCompress ? { user: "mallory" } : {});
  });

  it("may begin and end while sessions go on, by way of encrypted()", async () => {
    const before = setUp({ codec: signed({ compress: deflate }) });
    const cookie = await before.cookieOf((session) => session.set("a", "x".repeat(1500)));
    const after = setUp({ codec: encrypted({ accept: [signed({ compress: deflate })] }) });
    expect(await after.dataOf(cookieIn(await after.visit(cookie, touch)))).toEqual({ a: "x".repeat(1500) });
  });
});

async function compressed(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** A `CompressionStream` that only takes bytes away from the end of its one chunk. */
function saving(bytes: number) {
  return class extends TransformStream<Uint8Array, Uint8Array> {
    constructor() {
      super({ transform: (chunk, controller) => controller.enqueue(chunk.slice(0, chunk.length - bytes)) });
    }
  };
}

/** A token as the Cookie header has it, in chunks where it needs them. */
function inCookies(token: string): string {
  const cookies = chunk.split(token, NAME, 4096 - NAME.length - 2);
  return cookies.join("; ");
}
