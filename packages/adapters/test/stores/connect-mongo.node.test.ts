import { createSessions } from "@websession/core";
import { storeContract } from "@websession/core/testing";
import { MongoStore } from "connect-mongo";
import { describe, expect, it } from "vitest";
import { connectStore } from "../../src/stores/connect.ts";
import { lastWinsCases } from "./last-wins-cases.ts";
import { MongoStandIn } from "./mongo-stand-in.ts";
import { aRecord, newId } from "./records.ts";
import { request, secrets, visit } from "./visits.ts";

// Real: connect-mongo, and the BSON of the driver. Not real: the server and the way to it, see mongo-stand-in.ts.
describe.each([
  { name: "JSON in a document", options: {} },
  { name: "documents all the way", options: { stringify: false } },
  { name: "touchAfter", options: { touchAfter: 3600 } },
])("connectStore with connect-mongo, $name", ({ options }) => {
  const mongo = new MongoStandIn();
  const connect = MongoStore.create({ client: mongo.client, ...options });
  const { operations } = connectStore(connect);

  for (const { name, run } of storeContract(operations, { many: 1000 })) it(name, run, 60_000);
  for (const { name, run } of lastWinsCases(connect)) it(name, run);

  it("has MongoDB know when a session ends, as the last write or touch says", async () => {
    const [id, record] = [newId(), aRecord()];
    await operations.create(id, record);
    expect(mongo.document(id)?.expires).toEqual(new Date(record.expiresAt * 1000));
    await operations.touch(id, record.usedAt, record.expiresAt + 1000, 1);
    expect(mongo.document(id)?.expires).toEqual(new Date((record.expiresAt + 1000) * 1000));
  });
});

describe("connectStore with connect-mongo", () => {
  it("keeps sessions encrypted, if that store does", async () => {
    const mongo = new MongoStandIn();
    const connect = MongoStore.create({ client: mongo.client, crypto: { secret: "a secret of MongoStore" } });
    const { operations } = connectStore(connect);
    const [id, record] = [newId(), aRecord({ data: '"hidden"', owner: "ada" })];
    await operations.create(id, record);
    expect(JSON.stringify(mongo.document(id))).not.toContain("hidden");
    expect(await operations.read(id)).toEqual(record);
    expect(await operations.list?.("ada")).toEqual([{ id, record }]);
  });

  it("logs nobody out while MongoDB fails", async () => {
    const mongo = new MongoStandIn();
    const sessions = createSessions({ secrets, store: connectStore(MongoStore.create({ client: mongo.client })) });
    const response = await visit(sessions, undefined, (session) => session.set("n", 1));
    const cookie = String(response.headers.getSetCookie()[0]?.split(";")[0]);
    mongo.failure = new Error("not primary");
    await expect(sessions.load(request(cookie))).rejects.toMatchObject({ code: "ERR_STORE", cause: mongo.failure });
    mongo.failure = undefined;
    expect((await sessions.load(request(cookie))).get("n")).toBe(1);
  });
});
