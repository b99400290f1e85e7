import {
  defineStore,
  type OwnedRecord,
  type SessionRecord,
  type SessionStore,
  type StoreOperations,
  type UpdateResult,
} from "@websession/core";
import { checkOption } from "./check-option.ts";
import { cureForDynamo } from "./dynamo-cures.ts";
import { conditionHeld, type DynamoDocument, itemOf, recordOf } from "./dynamo-document.ts";
import { lookedAt, usedLast } from "./used-last.ts";

export interface DynamoStoreOptions {
  /** The table: partition key `id` (string), TTL attribute `expiresAt`. */
  readonly table: string;
  /** Its global secondary index by `owner` (string); projecting its keys is enough. Default `owner`. */
  readonly ownerIndex?: string;
}

/**
 * Keeps sessions in DynamoDB, by `DynamoDBDocument.from(client)` of @aws-sdk/lib-dynamodb.
 *
 * Writes are conditional and reads consistent. Only `list` may miss a session for a moment after its login, as indexes of
 * DynamoDB lag behind. A session can have 400 KB at most.
 */
export function dynamoStore(client: DynamoDocument, options: DynamoStoreOptions): SessionStore {
  const { table, ownerIndex = "owner" } = options;
  const isDocument = typeof client?.put === "function";
  checkOption(
    isDocument,
    "dynamoStore: client must be a DynamoDBDocument, from DynamoDBDocument.from(new DynamoDBClient())",
  );
  checkOption(isName(table), 'dynamoStore: table must be the name of a table, like { table: "sessions" }');
  checkOption(isName(ownerIndex), 'dynamoStore: ownerIndex must be the name of an index by owner, like "owner"');
  return defineStore(new DynamoStore(client, table, ownerIndex));
}

function isName(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

const seconds = () => Math.floor(Date.now() / 1000);
/** DynamoDB may take days to remove what has expired. */
const LIVE = "expiresAt > :now";
const SAME_VERSION = `version = :version AND ${LIVE}`;

class DynamoStore implements StoreOperations {
  readonly #client: DynamoDocument;
  readonly #table: { readonly TableName: string };
  readonly #ownerIndex: string;
  readonly cureFor: typeof cureForDynamo = cureForDynamo;

  constructor(client: DynamoDocument, table: string, ownerIndex: string) {
    this.#client = client;
    this.#table = { TableName: table };
    this.#ownerIndex = ownerIndex;
  }

  async read(id: string): Promise<SessionRecord | undefined> {
    const item = await this.#liveItem(id);
    return item && recordOf(item);
  }

  async create(id: string, record: SessionRecord): Promise<boolean> {
    return (await this.#put(id, record, `attribute_not_exists(id) OR NOT ${LIVE}`)) === "saved";
  }

  update(id: string, record: SessionRecord, version: number): Promise<UpdateResult> {
    return this.#put(id, record, SAME_VERSION, { ":version": version });
  }

  touch(id: string, usedAt: number, expiresAt: number, version: number): Promise<UpdateResult> {
    const input = {
      ...this.#table,
      Key: { id },
      UpdateExpression: "SET usedAt = :usedAt, expiresAt = :expiresAt",
      ConditionExpression: SAME_VERSION,
      ExpressionAttributeValues: {
        ":usedAt": usedAt,
        ":expiresAt": expiresAt,
        ":version": version,
        ":now": seconds(),
      },
    };
    return this.#outcome(id, this.#client.update(input));
  }

  async delete(id: string): Promise<void> {
    await this.#client.delete({ ...this.#table, Key: { id } });
  }

  async list(owner: string, limit?: number): Promise<OwnedRecord[]> {
    const ids = await this.#idsOf(owner, lookedAt(limit));
    const records = await Promise.all(ids.map((id) => this.read(id)));
    // What the index tells may be old.
    const owned = records.flatMap((record, i) => (record?.owner === owner ? [{ id: String(ids[i]), record }] : []));
    return usedLast(owned, limit);
  }

  #put(id: string, record: SessionRecord, condition: string, values: object = {}): Promise<UpdateResult> {
    const writeId = crypto.randomUUID();
    const input = {
      ...this.#table,
      Item: itemOf(id, record, writeId),
      ConditionExpression: condition,
      ExpressionAttributeValues: { ":now": seconds(), ...values },
    };
    return this.#outcome(id, this.#client.put(input), writeId);
  }

  /** Where the condition did not hold, a read tells why. */
  async #outcome(id: string, request: Promise<unknown>, writeId?: string): Promise<UpdateResult> {
    if (await conditionHeld(request)) return "saved";
    const found = await this.#liveItem(id);
    if (found === undefined) return "missing";
    // When an answer gets lost, the SDK repeats the request by itself, and is refused because of its own first one.
    return writeId !== undefined && found.writeId === writeId ? "saved" : "changed";
  }

  async #liveItem(id: string): Promise<Record<string, unknown> | undefined> {
    const { Item } = await this.#client.get({ ...this.#table, Key: { id }, ConsistentRead: true });
    // What is no record has no such time: it is given back, and the library refuses it.
    return Item === undefined || Number(Item.expiresAt) <= seconds() ? undefined : Item;
  }

  async #idsOf(owner: string, most = Number.POSITIVE_INFINITY): Promise<string[]> {
    const input = {
      ...this.#table,
      IndexName: this.#ownerIndex,
      KeyConditionExpression: "#owner = :owner",
      ExpressionAttributeNames: { "#owner": "owner" },
      ExpressionAttributeValues: { ":owner": owner },
    };
    const ids: string[] = [];
    for (let more: { ExclusiveStartKey?: Record<string, unknown> } | undefined = {}; more; ) {
      const { Items = [], LastEvaluatedKey } = await this.#client.query({ ...input, ...more });
      ids.push(...Items.map((item) => String(item.id)));
      more = ids.length < most && LastEvaluatedKey ? { ExclusiveStartKey: LastEvaluatedKey } : undefined;
    }
    return ids.slice(0, most);
  }
}
