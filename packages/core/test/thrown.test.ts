import { describe, expect, it } from "vitest";
import { memoryStore } from "../src/index.ts";
import { cookieIn, isCleared, setUp } from "./helpers.ts";

const at = (cookie?: string) => new Request("http://localhost/", cookie === undefined ? {} : { headers: { cookie } });

/** What a promise rejects with. */
const thrownBy = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => expect.unreachable(`resolved with ${value}`),
    (error: unknown) => error,
  );

/** The Response that a promise rejects with. */
async function thrownResponse(promise: Promise<unknown>): Promise<Response> {
  const thrown = await thrownBy(promise);
  return thrown instanceof Response ? thrown : expect.unreachable(`threw ${thrown}`);
}

describe("a Response that the handler throws", () => {
  it.each([
    ["at once", () => setUp()],
    ["with a store", () => setUp({ store: memoryStore() })],
  ])("is committed and thrown on, as the same object: %s", async (_, make) => {
    const { sessions, dataOf } = make();
    const response = new Response("later", { status: 302, headers: { location: "/next" } });
    const thrown = await thrownResponse(
      sessions.handle(at(), async (session) => {
        session.set("a", 1);
        throw response;
      }),
    );
    expect(thrown).toBe(response);
    expect(thrown.headers.get("cache-control")).toBe("private, no-store");
    expect(await dataOf(cookieIn(thrown))).toEqual({ a: 1 });
  });

  it.each([
    ["in the token", undefined],
    ["in a store", memoryStore()],
  ])("signs out by destroy() and a redirect whose headers are immutable: data %s", async (_, store) => {
    const { sessions, cookieOf, dataOf } = setUp(store && { store });
    const cookie = await cookieOf((session) => session.set("a", 1).login("ada"));
    const thrown = await thrownResponse(
      sessions.handle(at(cookie), (session) => {
        session.destroy();
        throw Response.redirect("http://localhost/bye", 303);
      }),
    );
    expect([thrown.status, thrown.headers.get("location")]).toEqual([303, "http://localhost/bye"]);
    expect(isCleared(thrown)).toBe(true);
    if (store) expect(await dataOf(cookie)).toEqual({});
  });

  it("is committed without an instance of this realm's Response", async () => {
    const { sessions } = setUp();
    const foreign = fromAnotherRealm(new Response(null, { status: 303 }));
    expect(foreign).not.toBeInstanceOf(Response);
    const thrown = await thrownBy(
      sessions.handle(at(), (session) => {
        session.set("a", 1);
        throw foreign;
      }),
    );
    expect(thrown).toBe(foreign);
    expect(foreign.headers.getSetCookie()).toHaveLength(1);
  });

  it("stays as it was where the handler never used the session", async () => {
    const { sessions } = setUp();
    const response = Response.redirect("http://localhost/next");
    const thrown = await thrownResponse(
      sessions.handle(at(), () => {
        throw response;
      }),
    );
    expect(thrown).toBe(response);
  });

  it("gives way to the error of a commit that fails", async () => {
    const { sessions } = setUp();
    const handled = sessions.handle(at(), (session) => {
      session.set("a", "x".repeat(5000));
      throw new Response(null, { status: 303 });
    });
    await expect(handled).rejects.toMatchObject({ code: "ERR_TOKEN_TOO_LARGE" });
  });
});

/** Errors of frameworks look like responses in part: h3's have status and headers, Hono's a status. */
const notResponses: [name: string, thrown: unknown][] = [
  ["an Error", new Error("from the handler")],
  [
    "an error with a status and headers",
    Object.assign(new Error(), { status: 400, headers: new Headers(), body: null }),
  ],
  ["undefined", undefined],
  ["null", null],
  ["a string", "no"],
  ["an object with a status", { status: 404 }],
  ["a Request", new Request("http://localhost/")],
];

describe("anything else that the handler throws", () => {
  it.each(notResponses)("goes on as it is, and nothing is saved: %s", async (_, thrown) => {
    const store = memoryStore();
    const { sessions, audit } = setUp({ store });
    const handled = sessions.handle(at(), (session) => {
      session.login("ada");
      throw thrown;
    });
    expect(await thrownBy(handled)).toBe(thrown);
    expect([audit, await sessions.list("ada")]).toEqual([[], []]);
  });
});

describe("handle inside handle, for one request", () => {
  it("has one session and one commit", async () => {
    const { sessions, audit, dataOf } = setUp({ store: memoryStore() });
    const request = at();
    const response = await sessions.handle(request, async (outer) => {
      outer.set("before", 1).login("ada");
      const inner = await sessions.handle(request, (session) => {
        expect(session).toBe(outer);
        session.set("inside", 2);
        return new Response("ok");
      });
      expect(inner.headers.getSetCookie()).toEqual([]);
      outer.set("after", 3);
      return inner;
    });
    expect(await dataOf(cookieIn(response))).toEqual({ before: 1, inside: 2, after: 3 });
    expect(audit.map(({ type }) => type)).toEqual(["logged-in"]);
  });

  it("throws a Response on to the outer one, which may answer otherwise", async () => {
    const { sessions, dataOf } = setUp();
    const request = at();
    const response = await sessions.handle(request, async (outer) => {
      const thrown = await thrownBy(
        sessions.handle(request, (session) => {
          session.set("a", 1);
          throw new Response(null, { status: 303 });
        }),
      );
      outer.set("status", (thrown as Response).status);
      return new Response("instead");
    });
    expect(await dataOf(cookieIn(response))).toEqual({ a: 1, status: 303 });
  });

  it.each<[string, () => Response]>([
    ["an answer", () => new Response()],
    [
      "an error",
      () => {
        throw new Error("from the handler");
      },
    ],
  ])("loads anew once the request has been answered: after %s", async (_, answer) => {
    const { sessions } = setUp();
    const request = at();
    let first: unknown;
    await sessions
      .handle(request, (session) => {
        first = session;
        return answer();
      })
      .catch(() => {});
    await sessions.handle(request, (session) => {
      expect(session).not.toBe(first);
      return new Response();
    });
  });

  it("keeps the sessions of two managers apart", async () => {
    const visitors = setUp();
    const admins = setUp({ cookie: { name: "__Host-admin" } });
    const request = at();
    const response = await visitors.sessions.handle(request, (visitor) => {
      visitor.set("who", "visitor");
      return admins.sessions.handle(request, (admin) => {
        admin.set("who", "admin");
        return new Response();
      });
    });
    const [admin = "", visitor = "", ...more] = response.headers.getSetCookie().map((line) => line.split(";")[0] ?? "");
    expect(more).toEqual([]);
    expect([await visitors.dataOf(visitor), await admins.dataOf(admin)]).toEqual([
      { who: "visitor" },
      { who: "admin" },
    ]);
  });
});

/** The same, with a prototype of its own: as from a VM context, or a bundle with its own fetch. */
function fromAnotherRealm(response: Response): Response {
  const { status, headers, body } = response;
  return Object.assign(Object.create(null), { status, headers, body });
}
