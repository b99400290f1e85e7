import { describe, expect, it } from "vitest";
import { CLEARED, Visitor } from "./visitor.ts";

async function signedIn(form: Record<string, string> = {}): Promise<Visitor> {
  const visitor = new Visitor();
  await visitor.get("/spark-counter/");
  await visitor.post("/login", { form: { user: "ada", ...form } });
  return visitor;
}

describe("POST /login", () => {
  it("signs in by JSON: same session, another token", async () => {
    const visitor = new Visitor();
    await visitor.get("/spark-counter/");
    const before = await visitor.session();
    const former = visitor.token;
    const answer = await visitor.post("/login", { json: { user: "ada" } });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toMatchObject({ owner: "ada", data: { visits: 1 } });
    const after = await visitor.session();
    expect(after).toMatchObject({ owner: "ada", isNew: false, persistent: false, data: { visits: 1 } });
    expect([after.id === before.id, visitor.token === former]).toEqual([true, false]);
  });

  it("signs in by form: back to the page with a message", async () => {
    const visitor = new Visitor();
    const answer = await visitor.post("/login", { form: { user: "ada" } });
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/"]);
    expect((await visitor.get("/")).text).toContain("Signed in as ada");
  });

  it("signs in by a multipart form", async () => {
    const visitor = new Visitor();
    const body = new FormData();
    body.set("user", "ada");
    expect((await visitor.post("/login", { body })).status).toBe(303);
    expect(await visitor.session()).toMatchObject({ owner: "ada" });
  });

  it("remembers by form who ticks the box, and nobody else", async () => {
    expect(await (await signedIn({ remember: "on" })).session()).toMatchObject({ persistent: true });
    expect(await (await signedIn()).session()).toMatchObject({ persistent: false });
  });

  it("remembers by JSON", async () => {
    const visitor = new Visitor();
    const answer = await visitor.post("/login", { json: { user: "ada", remember: true } });
    expect(answer.setCookie[0]).toContain("Max-Age=1209600");
  });

  it("drops what belonged to another user", async () => {
    const visitor = await signedIn();
    await visitor.post("/login", { json: { user: "grace" } });
    expect(await visitor.session()).toMatchObject({ owner: "grace", data: {} });
  });

  it.each([{}, { user: "" }, { user: "  " }, { user: 5 }, { user: null }, null, "ada", ["ada"]])(
    "refuses %j",
    async (json) => {
      const answer = await new Visitor().post("/login", { json });
      expect([answer.status, answer.setCookie]).toEqual([400, []]);
      expect(JSON.parse(answer.text).error).toContain('{"user":"ada"}');
    },
  );

  it("refuses a form without a name by a message on the page", async () => {
    const visitor = new Visitor();
    expect((await visitor.post("/login", { form: { user: " " } })).status).toBe(303);
    expect((await visitor.get("/")).text).toContain("Tell your name to sign in.");
    expect(await visitor.session()).toMatchObject({ owner: null });
  });

  it("refuses a broken multipart body", async () => {
    const headers = { "content-type": "multipart/form-data; boundary=x" };
    expect((await new Visitor().post("/login", { body: "--y", headers })).status).toBe(400);
  });
});

describe("POST /logout", () => {
  it("ends the session and clears the cookie", async () => {
    const visitor = await signedIn();
    const answer = await visitor.post("/logout");
    expect(answer.setCookie).toEqual([expect.stringMatching(CLEARED)]);
    expect(JSON.parse(answer.text)).toMatchObject({ isNew: true, owner: null, data: {} });
    expect(await visitor.session()).toMatchObject({ isNew: true, owner: null, data: {} });
  });

  it("leaves a form's sender nothing but the message", async () => {
    const visitor = await signedIn({ remember: "on" });
    const answer = await visitor.post("/logout", { form: {} });
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/"]);
    const page = await visitor.get("/");
    expect(page.text).toContain("Signed out.");
    expect(page.setCookie).toEqual([expect.stringMatching(CLEARED)]);
  });

  it("sends a stranger no cookie", async () => {
    expect((await new Visitor().post("/logout")).setCookie).toEqual([]);
  });
});

describe("POST /regenerate", () => {
  it("changes the token and nothing else", async () => {
    const visitor = await signedIn();
    const { id, owner, data, persistent } = await visitor.session();
    const former = visitor.token;
    const answer = JSON.parse((await visitor.post("/regenerate")).text);
    expect([answer.id, visitor.token === former]).toEqual([id, false]);
    expect(await visitor.session()).toMatchObject({ id, owner, data, persistent });
  });

  it("leads a form back to the page with a message", async () => {
    const visitor = await signedIn();
    const answer = await visitor.post("/regenerate", { form: {} });
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/"]);
    expect((await visitor.get("/")).text).toContain("The session has a new token");
  });
});
