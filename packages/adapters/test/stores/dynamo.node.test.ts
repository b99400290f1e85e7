import { DynamoDBDocument, DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { createSessions, type SessionRecord } from "@websession/core";
import { storeContract } from "@websession/core/testing";
import { afterAll, describe, expect, it } from "vitest";
import { type DynamoDocument, dynamoStore } from "../../src/stores/dynamo.ts";
import { startDynamo } from "./servers/dynamo.ts";
import { concurrencyCases, PATIENCE, secrets } from "./sessions-in.ts";

const table = "sessions";
const server = await startDynamo(table);
const document = DynamoDBDocument.from(server.client);
const store = dynamoStore(document, { table }).operations;
afterAll(() => server.stop());

const newId = () => crypto.randomUUID();

function aRecord(given: Partial<SessionRecord> = {}): SessionRecord {
  const now = Math.floor(Date.now() / 1000);
  return { version: 1, data: "{}", createdAt: now, usedAt: now, expiresAt: now + 3600, ...given };
}

/** The document client with some of its methods replaced. */
function withMethods(methods: Partial<DynamoDocument>): DynamoDocument {
  return Object.assign(Object.create(document), methods);
}

describe("dynamoStore", () => {
  // Fewer, as dynalite answers some hundred requests in a second.
  for (const { name, run } of storeContract(store, { many: 500, writers: 24 })) it(name, run, 60_000);
  for (const { name, run } of concurrencyCases(dynamoStore(document, { table }), { rounds: 1 }))
    it(name, run, PATIENCE);

  it("knows its own write when the SDK repeats a request whose answer got lost", async () => {
    const put: DynamoDocument["put"] = async (input) => {
      await document.put(input);
      return document.put(input);
    };
    const repeating = dynamoStore(withMethods({ put }), { table }).operations;
    const id = newId();
    expect(await repeating.create(id, aRecord())).toBe(true);
    expect(await repeating.update(id, aRecord({ version: 2 }), 1)).toBe("saved");
    expect(await repeating.update(id, aRecord({ version: 2 }), 1)).toBe("changed");
    expect(await repeating.create(id, aRecord())).toBe(false);
  });

  it("lists an owner whose sessions don't fit one page of the index", async () => {
    const query: DynamoDocument["query"] = (input) => document.query({ ...input, Limit: 2 });
    const owner = newId();
    const ids = Array.from({ length: 5 }, newId).sort();
    for (const id of ids) await store.create(id, aRecord({ owner }));
    const listed = await dynamoStore(withMethods({ query }), { table }).operations.list?.(owner);
    expect(listed?.map(({ id }) => id).sort()).toEqual(ids);
  });

  it("does not trust an index that lags behind", async () => {
    const [deleted, moved] = [newId(), newId()];
    await store.create(moved, aRecord({ owner: "bob" }));
    const query: DynamoDocument["query"] = async () => ({ Items: [{ id: deleted }, { id: moved }] });
    expect(await dynamoStore(withMethods({ query }), { table }).operations.list?.("ada")).toEqual([]);
  });

  it("keeps the expiry as DynamoDB's TTL wants it, a number of seconds", async () => {
    const id = newId();
    const record = aRecord();
    await store.create(id, record);
    const { Item } = await server.client.getItem({ TableName: table, Key: { id: { S: id } } });
    expect(Item?.expiresAt).toEqual({ N: String(record.expiresAt) });
  });

  it("rejects with the client's own error", async () => {
    const elsewhere = dynamoStore(document, { table: "no-such-table" }).operations;
    const refusal = { name: "ResourceNotFoundException" };
    await expect(elsewhere.read(newId())).rejects.toMatchObject(refusal);
    await expect(elsewhere.create(newId(), aRecord())).rejects.toMatchObject(refusal);
    await expect(elsewhere.update(newId(), aRecord(), 1)).rejects.toMatchObject(refusal);
    await expect(elsewhere.touch(newId(), 1, 2, 1)).rejects.toMatchObject(refusal);
    await expect(elsewhere.delete(newId())).rejects.toMatchObject(refusal);
    await expect(elsewhere.list?.("ada")).rejects.toMatchObject(refusal);
  });

  it("says what to do where the table is missing", async () => {
    const sessions = createSessions({ secrets, store: dynamoStore(document, { table: "no-such-table" }) });
    const session = await sessions.load(new Request("http://localhost/"));
    session.set("a", 1);
    await expect(sessions.commit(session, new Response())).rejects.toThrow(
      /failed to create: .+\. Create the table and its/,
    );
  });

  it("gives back what is no record as such, and deletes it", async () => {
    const id = newId();
    await document.put({ TableName: table, Item: { id, cookie: "of another library" } } as never);
    expect((await store.read(id))?.version).toBeNaN();
    await store.delete(id);
    expect(await store.read(id)).toBeUndefined();
  });

  it("reads no more than a thousand sessions for a list with a limit, and those of every page without one", async () => {
    const asked: unknown[] = [];
    const query: DynamoDocument["query"] = async (input) => {
      asked.push(input);
      return { Items: Array.from({ length: 400 }, () => ({ id: newId() })), LastEvaluatedKey: { id: "x" } };
    };
    let gets = 0;
    const get: DynamoDocument["get"] = async () => {
      gets++;
      return {};
    };
    await dynamoStore(withMethods({ query, get }), { table }).operations.list?.("ada", 100);
    expect([asked.length, gets]).toEqual([3, 1000]);
  });

  it("refuses what can't work, and tells the cure", () => {
    // @ts-expect-error it has no methods but `send`
    expect(() => dynamoStore(DynamoDBDocumentClient.from(server.client), { table })).toThrow(/DynamoDBDocument\.from/);
    expect(() => dynamoStore(document, { table: "" })).toThrow(/^dynamoStore: table must be/);
    expect(() => dynamoStore(document, { table, ownerIndex: "" })).toThrow(/^dynamoStore: ownerIndex must be/);
  });
});
