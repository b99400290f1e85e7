import fc from "fast-check";
import { expect, it } from "vitest";
import { kinds } from "./forge.ts";
import { cookieIn, setUp, touch } from "./helpers.ts";

const data = fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 2 }), { minKeys: 1, maxKeys: 4 });
const secret = fc.string({ minLength: 32, maxLength: 40 });
const name = fc.stringMatching(/^[a-zA-Z0-9!#$%&'*+.^_`|~-]{1,12}$/).filter((text) => !text.startsWith("__"));

it("commit of an unchanged session changes nothing, whatever is in it and however it was read", async () => {
  const reads = fc.constantFrom("get", "iterate", "keys");
  await fc.assert(
    fc.asyncProperty(data, reads, async (values, read) => {
      const { visit, cookieOf } = setUp();
      const cookie = await cookieOf((session) => {
        for (const [key, value] of Object.entries(values)) session.set(key, value);
      });
      const response = await visit(cookie, (session) => {
        touch(session);
        if (read === "get") for (const key of Object.keys(values)) session.get(key);
        if (read === "iterate") for (const [key] of session) session.has(key);
        if (read === "keys") for (const key of session.keys()) session.has(key);
        expect(session.status).toBe("unchanged");
      });
      expect(response.headers.getSetCookie()).toEqual([]);
    }),
  );
});

it.each(kinds)(
  "$kind tokens of one manager are absent to every other, by secret and by cookie name",
  async ({ make }) => {
    await fc.assert(
      fc.asyncProperty(secret, secret, name, name, async (secretA, secretB, nameA, nameB) => {
        fc.pre(secretA !== secretB || nameA !== nameB);
        const a = setUp({ secrets: secretA, cookie: { name: nameA }, codec: make() });
        const b = setUp({ secrets: secretB, cookie: { name: nameB }, codec: make() });
        const cookie = await a.cookieOf((session) => session.set("a", 1));
        const token = cookie.slice(nameA.length + 1);
        expect(await a.dataOf(cookie)).toEqual({ a: 1 });
        expect(await b.dataOf(`${nameB}=${token}`)).toEqual({});
        expect(b.events).toEqual([{ type: "token-rejected", reason: "unknown-key" }]);
      }),
    );
  },
);

it("a change of one value is saved, and the others stay as they were", async () => {
  await fc.assert(
    fc.asyncProperty(data, fc.jsonValue({ maxDepth: 1 }), fc.nat(), async (values, value, pick) => {
      const { visit, cookieOf, dataOf } = setUp();
      const keys = Object.keys(values);
      const key = keys[pick % keys.length] as string;
      const cookie = await cookieOf((session) => {
        for (const [each, original] of Object.entries(values)) session.set(each, original);
      });
      fc.pre(JSON.stringify(values[key]) !== JSON.stringify(value));
      const response = await visit(cookie, (session) => session.set(key, value));
      const saved = await dataOf(cookieIn(response));
      expect(JSON.stringify(saved[key])).toBe(JSON.stringify(value));
      expect(Object.keys(saved).sort()).toEqual(keys.sort());
    }),
  );
});
