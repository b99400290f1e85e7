import { memoryStore, type SessionStore } from "@websession/core";
import { describe, expect, it, vi } from "vitest";
import { CLEARED, Visitor } from "./visitor.ts";

interface Listed {
  readonly id: string;
  readonly createdAt: string;
  readonly usedAt: string;
  readonly expiresAt: string;
  readonly current: boolean;
}

/** Every visitor has an app of its own over the same store, like the processes of one site. */
async function signedIn(store: SessionStore, user = "ada"): Promise<Visitor> {
  const visitor = new Visitor({ store });
  await visitor.post("/login", { json: { user } });
  return visitor;
}

async function list(visitor: Visitor): Promise<Listed[]> {
  return JSON.parse((await visitor.get("/api/sessions")).text);
}

async function idOf(visitor: Visitor): Promise<string> {
  return String((await visitor.session()).id);
}

async function ownerOf(visitor: Visitor): Promise<unknown> {
  return (await visitor.session()).owner;
}

/** As a reader sees it. */
async function pageOf(visitor: Visitor): Promise<string> {
  return (await visitor.get("/")).text.replaceAll(/<[^>]*>/g, "").replaceAll("&quot;", '"');
}

describe("GET /api/sessions", () => {
  it("lists the owner's sessions and nobody else's, never a token", async () => {
    const store = memoryStore();
    const [phone, laptop] = [await signedIn(store), await signedIn(store)];
    const stranger = await signedIn(store, "grace");
    const listed = await list(laptop);
    expect(listed.map(({ id }) => id).sort()).toEqual([await idOf(phone), await idOf(laptop)].sort());
    expect(listed.filter(({ current }) => current).map(({ id }) => id)).toEqual([await idOf(laptop)]);
    for (const own of listed) {
      expect(Object.keys(own).sort()).toEqual([
        "createdAt",
        "current",
        "data",
        "expiresAt",
        "id",
        "persistent",
        "usedAt",
      ]);
      expect(Date.parse(own.createdAt)).toBeLessThanOrEqual(Date.parse(own.usedAt));
      expect(Date.parse(own.expiresAt)).toBeGreaterThan(Date.now());
    }
    expect((await list(stranger)).map(({ id }) => id)).toEqual([await idOf(stranger)]);
  });

  it("lists a session that got a new id once", async () => {
    const visitor = await signedIn(memoryStore());
    await visitor.post("/regenerate");
    expect((await list(visitor)).map(({ id }) => id)).toEqual([await idOf(visitor)]);
  });
});

describe("DELETE /api/sessions/:id", () => {
  it("ends another session of the owner, at once", async () => {
    const store = memoryStore();
    const [phone, laptop] = [await signedIn(store), await signedIn(store)];
    const id = await idOf(phone);
    const answer = await laptop.send("DELETE", `/api/sessions/${id}`, {});
    expect([answer.status, JSON.parse(answer.text)]).toEqual([200, { id, ended: true }]);
    expect(answer.setCookie).toEqual([]);
    expect((await phone.get("/")).setCookie).toEqual([]);
    expect(await ownerOf(phone)).toBeNull();
    expect(await ownerOf(laptop)).toBe("ada");
  });

  it("ends the current one too, and signs out by it", async () => {
    const visitor = await signedIn(memoryStore());
    const answer = await visitor.send("DELETE", `/api/sessions/${await idOf(visitor)}`, {});
    expect(answer.status).toBe(200);
    expect(answer.setCookie).toEqual([expect.stringMatching(CLEARED)]);
    expect((await visitor.get("/api/sessions")).status).toBe(401);
  });

  it("knows nobody else's sessions", async () => {
    const store = memoryStore();
    const [ada, grace] = [await signedIn(store), await signedIn(store, "grace")];
    const answer = await ada.send("DELETE", `/api/sessions/${await idOf(grace)}`, {});
    expect([answer.status, JSON.parse(answer.text)]).toEqual([404, { error: "You have no such session." }]);
    expect(await ownerOf(grace)).toBe("grace");
    expect((await ada.send("DELETE", "/api/sessions/nonsense", {})).status).toBe(404);
  });
});

describe("POST /api/revoke-others", () => {
  it("ends all but this one, and tells how many", async () => {
    const store = memoryStore();
    const [phone, tablet, laptop] = [await signedIn(store), await signedIn(store), await signedIn(store)];
    const stranger = await signedIn(store, "grace");
    expect(JSON.parse((await laptop.post("/api/revoke-others")).text)).toEqual({ ended: 2 });
    expect(JSON.parse((await laptop.post("/api/revoke-others")).text)).toEqual({ ended: 0 });
    expect(await Promise.all([phone, tablet, laptop, stranger].map(ownerOf))).toEqual([null, null, "ada", "grace"]);
  });
});

describe.each([
  ["GET", "/api/sessions"],
  ["DELETE", "/api/sessions/x"],
  ["POST", "/api/revoke-others"],
])("%s %s", (method, path) => {
  it("asks who is not signed in to do so", async () => {
    const answer = await new Visitor({ store: memoryStore() }).send(method, path, {});
    expect([answer.status, JSON.parse(answer.text)]).toEqual([401, { error: "Nobody is signed in." }]);
    expect(answer.setCookie).toEqual([]);
  });

  it("says that it can't be done where sessions live in the cookie", async () => {
    const visitor = new Visitor();
    await visitor.post("/login", { json: { user: "ada" } });
    const answer = await visitor.send(method, path, {});
    expect(answer.status).toBe(501);
    expect(JSON.parse(answer.text).error).toContain("Sessions live in the cookie here");
  });

  it("is not for another site's page", async () => {
    if (method === "GET") return;
    const visitor = await signedIn(memoryStore());
    expect((await visitor.send(method, path, { headers: { "sec-fetch-site": "cross-site" } })).status).toBe(403);
  });
});

describe("the page's list of sessions", () => {
  it("marks this device, and ends another by its button", async () => {
    const store = memoryStore();
    const [phone, laptop] = [await signedIn(store), await signedIn(store)];
    const { text } = await laptop.get("/");
    expect(text.match(/<b>This device<\/b>/g)).toHaveLength(1);
    const [, ...ids] = /name="id" value="([^"]+)"/.exec(text) ?? [];
    expect(ids).toEqual([await idOf(phone)]);
    const answer = await laptop.post("/sessions/end", { form: { id: await idOf(phone) } });
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/#sessions"]);
    const after = await pageOf(laptop);
    expect(after).toContain("That session is over.");
    expect(after).not.toContain("End all others");
    expect(await pageOf(phone)).toContain("ended, here or from another device");
  });

  it("ends all others by a button", async () => {
    const store = memoryStore();
    const [phone, tablet, laptop] = [await signedIn(store), await signedIn(store), await signedIn(store)];
    expect(await pageOf(laptop)).toContain("End all others");
    const answer = await laptop.post("/sessions/end-others", { form: {} });
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/#sessions"]);
    expect(await pageOf(laptop)).toContain("Sessions ended elsewhere: 2.");
    expect(await Promise.all([phone, tablet].map(ownerOf))).toEqual([null, null]);
  });

  it("refuses by a message what is not the owner's, and who is not signed in", async () => {
    const store = memoryStore();
    const [ada, grace] = [await signedIn(store), await signedIn(store, "grace")];
    await ada.post("/sessions/end", { form: { id: await idOf(grace) } });
    expect(await pageOf(ada)).toContain("You have no such session.");
    expect(await ownerOf(grace)).toBe("grace");
    const stranger = new Visitor({ store });
    expect((await stranger.post("/sessions/end", { form: { id: await idOf(grace) } })).status).toBe(303);
    expect(await pageOf(stranger)).toContain("You have no such session.");
  });

  it("is there for nobody else, and not where sessions live in the cookie", async () => {
    expect(await pageOf(new Visitor({ store: memoryStore() }))).not.toContain("Your sessions");
    const visitor = new Visitor();
    await visitor.post("/login", { json: { user: "ada" } });
    expect(await pageOf(visitor)).not.toContain("Your sessions");
  });

  it("ends after so many lines", async () => {
    const store = memoryStore();
    for (let count = 0; count < 24; count++) await signedIn(store);
    const text = await pageOf(await signedIn(store));
    expect(text.match(/Another device/g)).toHaveLength(19);
    expect(text).toContain("And 5 more.");
  });
});

describe("the page of sessions in a store", () => {
  it("shows a ticket for what is kept", async () => {
    const visitor = await signedIn(memoryStore());
    await visitor.get("/session/");
    const { text, setCookie } = await visitor.get("/");
    expect(setCookie).toEqual([]);
    expect(text).toContain("is kept here, in memory");
    expect(text).toContain("<h3>Kept in memory</h3>");
    expect(await pageOf(visitor)).toContain('"pineapples": "30"');
    expect(atob(visitor.token.split(".")[1] ?? "")).not.toMatch(/ada|pineapples/);
    expect(await pageOf(visitor)).toContain("Set-Cookie: none, the id is the same");
  });

  it("takes a message out of the store without a new cookie, and says so", async () => {
    const visitor = new Visitor({ store: memoryStore() });
    await visitor.post("/login", { form: { user: "ada" } });
    const { text, setCookie } = await visitor.get("/");
    expect(setCookie).toEqual([]);
    expect(text).toContain("Signed in as ada");
    expect(text).toContain("The session changed in the store");
    expect(await pageOf(visitor)).not.toContain("The session changed in the store");
  });

  it("remembers for as long as the session can live, and sends no cookie again", async () => {
    let now = Date.now();
    const visitor = new Visitor({ store: memoryStore({ now: () => now }), now: () => now });
    const { setCookie } = await visitor.post("/login", { json: { user: "ada", remember: true } });
    expect(setCookie).toEqual([expect.stringContaining("Max-Age=2592000")]);
    now += 2 * 86_400_000;
    const later = await visitor.get("/");
    expect(later.setCookie).toEqual([]);
    expect(later.text).toContain("This page only read your session.");
  });

  it("forges a time, and is refused", async () => {
    const visitor = await signedIn(memoryStore());
    expect(await pageOf(visitor)).toContain("a thousand years");
    const { text } = await visitor.get("/forge");
    expect(text).toContain("<b>exp</b>");
    expect(text).toContain(">Refused</p>");
    expect(visitor.events.map(({ type }) => type)).toEqual(["logged-in", "token-rejected"]);
    expect(await ownerOf(visitor)).toBe("ada");
  });

  it("is a 503 where the store fails, and nobody is signed out by it", async () => {
    const store = memoryStore();
    const visitor = await signedIn(store);
    const { read } = store.operations;
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    Object.assign(store.operations, { read: () => Promise.reject(new Error("down")) });
    const answer = await visitor.get("/");
    expect([answer.status, answer.setCookie]).toEqual([503, []]);
    expect(JSON.parse(answer.text).error).toContain("Nobody was logged out.");
    expect(log).toHaveBeenCalledWith(expect.objectContaining({ code: "ERR_STORE" }));
    log.mockRestore();
    Object.assign(store.operations, { read });
    expect(await ownerOf(visitor)).toBe("ada");
  });
});
