import { describe, expect, it } from "vitest";
import { ISSUED, Visitor } from "./visitor.ts";

const XSS = `"><script>alert('x')</script>`;
const ESCAPED = "&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;";

/** As a reader sees it. */
function readable(html: string): string {
  return html
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'");
}

describe("the page", () => {
  it("gives a stranger no session, and says so", async () => {
    const { text, setCookie, headers } = await new Visitor().get("/");
    expect(setCookie).toEqual([]);
    expect(readable(text)).toContain("Set-Cookie: none, nothing changed");
    expect(readable(text)).toContain("You have no session");
    expect(headers.get("cache-control")).toBe("private");
  });

  it("only reads a session that has no message waiting", async () => {
    const visitor = new Visitor();
    await visitor.get("/spark-counter/");
    const { text, setCookie } = await visitor.get("/");
    expect(setCookie).toEqual([]);
    expect(readable(text)).toContain("This page only read your session.");
  });

  it("shows the cookie as received, what is in it, and its size", async () => {
    const visitor = new Visitor();
    await visitor.get("/session/");
    await visitor.post("/login", { json: { user: "ada" } });
    const text = readable((await visitor.get("/")).text);
    expect(text).toContain(`Cookie: __Host-session=${visitor.token}`);
    expect(text).toContain('"alg":"HS256"');
    expect(text).toContain('"sub": "ada"');
    expect(text).toContain('"pineapples": "30"');
    expect(text).toContain(`${"__Host-session".length + visitor.token.length} of 4096 bytes`);
  });

  it("sends the very Set-Cookie that it shows, once", async () => {
    const visitor = new Visitor();
    await visitor.post("/login", { form: { user: "ada" } });
    const { text, setCookie } = await visitor.get("/");
    expect(setCookie).toEqual([expect.stringMatching(ISSUED)]);
    expect(readable(text)).toContain(`Set-Cookie: ${setCookie[0]}`);
    expect(readable(text)).toContain("taken out of the session");
  });

  it("shows a message once", async () => {
    const visitor = new Visitor();
    await visitor.post("/login", { form: { user: "ada" } });
    const message = '<p class="flash" role="status" data-category="done">Signed in as ada';
    expect((await visitor.get("/")).text).toContain(message);
    expect((await visitor.get("/")).text).not.toContain(message);
  });

  it("says that a session has ended, and leaves its cookie alone", async () => {
    let now = Date.now();
    const visitor = new Visitor({ now: () => now });
    await visitor.get("/spark-counter/");
    now += 15 * 86_400_000;
    const { text, setCookie } = await visitor.get("/");
    expect(setCookie).toEqual([]);
    expect(readable(text)).toContain("Your session's time is up.");
  });

  it("says why an unchanged session is signed anew", async () => {
    let now = Date.now();
    const visitor = new Visitor({ now: () => now });
    await visitor.get("/spark-counter/");
    now += 2 * 86_400_000;
    const { text, setCookie } = await visitor.get("/");
    expect(setCookie).toEqual([expect.stringMatching(ISSUED)]);
    expect(readable(text)).toContain("signed anew");
  });

  it("shows a refused cookie as refused, and leaves it alone", async () => {
    const visitor = new Visitor();
    visitor.cookies.set("__Host-session", "rubbish");
    const { text, setCookie, status } = await visitor.get("/");
    expect([status, setCookie]).toEqual([200, []]);
    expect(text).toContain(">refused</span>");
    expect(readable(text)).toContain("The cookie was refused.");
  });

  it("shows the cookie of plain http as well", async () => {
    const visitor = new Visitor({ cookie: { name: "session", secure: false } });
    await visitor.get("/spark-counter/");
    expect(readable((await visitor.get("/")).text)).toContain(`Cookie: session=${visitor.cookies.get("session")}`);
  });

  it("takes nothing from another host and runs no script", async () => {
    const { text, headers } = await new Visitor().get("/");
    expect(headers.get("content-security-policy")).toContain("default-src 'none'; style-src 'self';");
    expect(text).not.toMatch(/<script|<style| style=| on\w+=|(?:src|href)="(?!\/)/);
    const style = await new Visitor().get("/style.css");
    expect([style.status, style.headers.get("content-type")]).toEqual([200, "text/css; charset=utf-8"]);
    expect(style.text).not.toMatch(/url\(|@import/);
    expect(style.headers.get("vary")).toBeNull();
  });
});

describe("what a visitor writes", () => {
  it("is escaped as a name and in a message", async () => {
    const visitor = new Visitor();
    await visitor.post("/login", { form: { user: XSS } });
    const { text } = await visitor.get("/");
    expect(text).toContain(`<p class="owner">${ESCAPED}</p>`);
    expect(text).toContain(`Signed in as ${ESCAPED}`);
    expect(text).not.toContain("<script");
  });

  it("is escaped as a key, as a value and as a fruit", async () => {
    const visitor = new Visitor();
    await visitor.send("PUT", `/api/session/${encodeURIComponent(XSS)}`, { json: XSS });
    await visitor.send("PUT", "/api/session/cart_item", { json: { [XSS]: XSS } });
    const { text } = await visitor.get("/");
    expect(text).toContain(`<span>${ESCAPED}</span>`);
    expect(text).toContain(`value="${ESCAPED}"`);
    expect(text).not.toContain("<script");
  });

  it.each(["<script>", "a.<script>.c"])("is escaped as the cookie %s", async (cookie) => {
    const visitor = new Visitor();
    visitor.cookies.set("__Host-session", cookie);
    expect((await visitor.get("/")).text).not.toContain("<script");
  });
});
