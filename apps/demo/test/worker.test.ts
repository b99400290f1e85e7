import { afterEach, describe, expect, it, vi } from "vitest";
import worker from "../src/worker.ts";
import { SECRET } from "./visitor.ts";

function ask(path: string, env: object, cookie?: string): Response | Promise<Response> {
  const headers = new Headers(cookie === undefined ? {} : { cookie });
  return worker.fetch(new Request(`http://localhost${path}`, { headers }), env);
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("the Worker", () => {
  it("keeps sessions by the secret of its environment", async () => {
    const env = { SESSION_SECRET: SECRET };
    const [line = ""] = (await ask("/spark-counter/", env)).headers.getSetCookie();
    const again = await ask("/spark-counter/", env, line.split(";")[0]);
    expect(await again.text()).toBe("Total visits: 2");
  });

  it("keeps them for another isolate with the same secret", async () => {
    const [line = ""] = (await ask("/spark-counter/", { SESSION_SECRET: SECRET })).headers.getSetCookie();
    const elsewhere = await ask("/spark-counter/", { SESSION_SECRET: SECRET }, line.split(";")[0]);
    expect(await elsewhere.text()).toBe("Total visits: 2");
  });

  it("tells how to give it a secret where it has none", async () => {
    const response = await ask("/", {});
    expect(response.status).toBe(500);
    expect(await response.text()).toContain("wrangler secret put SESSION_SECRET");
  });

  it("sets a cookie for plain http where COOKIE_SECURE is false", async () => {
    const response = await ask("/spark-counter/", { SESSION_SECRET: SECRET, COOKIE_SECURE: "false" });
    expect(response.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^session=[\w.-]+; Path=\/; HttpOnly; SameSite=Lax$/),
    ]);
  });

  it("tells the log, and not the visitor, that its secret is too short", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const response = await ask("/", { SESSION_SECRET: "short" });
    expect([response.status, await response.json()]).toEqual([500, { error: "Something went wrong on the server." }]);
    expect(log).toHaveBeenCalledWith(expect.objectContaining({ code: "ERR_INVALID_OPTION" }));
  });

  it("forges with the sessions of the same environment, and logs the refusal", async () => {
    const log = vi.spyOn(console, "warn").mockImplementation(() => {});
    const env = { SESSION_SECRET: SECRET };
    const [line = ""] = (await ask("/spark-counter/", env)).headers.getSetCookie();
    expect(await (await ask("/forge", env, line.split(";")[0])).text()).toContain(">Refused</p>");
    expect(log).toHaveBeenCalledWith("session event", '{"type":"token-rejected","reason":"bad-signature"}');
  });
});
