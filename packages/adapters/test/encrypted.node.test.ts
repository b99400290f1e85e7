import { encrypted } from "@websession/core/encrypted";
import { expect, it } from "vitest";
import { nodeHmac } from "../src/node.ts";
import { serve, setUp, withSession } from "./node-helpers.ts";

it("keeps encrypted sessions on node:http, whose headers wait for the encryption", async () => {
  const { sessions, events } = setUp({ codec: encrypted(), hmac: nodeHmac });
  const listener = withSession(sessions, (session, res) => {
    session.set("visits", (session.get("visits") ?? 0) + 1);
    res.write(`${session.get("visits")}`);
    res.end();
  });
  const url = await serve(listener);
  const first = await fetch(url);
  const [cookie = ""] = first.headers.getSetCookie()[0]?.split(";") ?? [];
  expect(cookie).toMatch(/^__Host-session=[\w-]+\.\.[\w-]{16}\.[\w-]+\.[\w-]{22}$/);
  const second = await fetch(url, { headers: { cookie } });
  expect([await first.text(), await second.text(), events]).toEqual(["1", "2", []]);
});
