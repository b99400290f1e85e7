import { BSON, type MongoClient } from "mongodb";

interface Filter {
  readonly _id?: string;
  readonly $or?: readonly [unknown, { expires: { $gt: Date } }];
}

/**
 * In the place of a MongoDB: as much of the driver's client as connect-mongo calls, over a Map. What is written becomes BSON, and
 * is read from it, by the driver's own code. Not here: a server, its TTL index, the wire.
 */
export class MongoStandIn {
  readonly #documents = new Map<string, Uint8Array>();
  /** An operation that begins while this is set rejects with it. */
  failure: Error | undefined;

  /** The client for `MongoStore.create({ client })`. The cast: it has three methods of some thirty. */
  get client(): MongoClient {
    const collection = {
      createIndex: async () => "expires_1",
      findOne: async (filter: Filter) => this.#find(filter)[0] ?? null,
      find: (filter: Filter) => this.#find(filter),
      updateOne: async ({ _id }: { _id: string }, { $set }: { $set: object }) => this.#upsert(_id, $set),
      deleteOne: async ({ _id }: { _id: string }) => this.#delete(_id),
    };
    const client = { db: () => ({ collection: () => collection }), close: async () => {} };
    return client as unknown as MongoClient;
  }

  /** A document as the server has it. */
  document(id: string): BSON.Document | undefined {
    const bytes = this.#documents.get(id);
    return bytes && BSON.deserialize(bytes);
  }

  #find({ _id, $or }: Filter): BSON.Document[] {
    if (this.failure) throw this.failure;
    const ids = _id === undefined ? [...this.#documents.keys()] : [_id];
    return ids.flatMap((id) => this.document(id) ?? []).filter(({ expires }) => !$or || expires > $or[1].expires.$gt);
  }

  #upsert(id: string, fields: object): { upsertedCount: number; matchedCount: number } {
    if (this.failure) throw this.failure;
    const before = this.document(id);
    // The driver makes null of undefined unless told otherwise, and so does this.
    const bytes = BSON.serialize({ ...before, ...fields }, { ignoreUndefined: false });
    this.#documents.set(id, bytes);
    return { upsertedCount: before ? 0 : 1, matchedCount: before ? 1 : 0 };
  }

  #delete(id: string): { deletedCount: number } {
    if (this.failure) throw this.failure;
    return { deletedCount: this.#documents.delete(id) ? 1 : 0 };
  }
}
