import { ADD, DELETE, encodeRequest, GET, LAST_SECOND, type MemcachedRequest, REPLACE } from "./memcached-request.ts";

/** What memjs gives of an answer. */
export interface MemcachedResponse {
  readonly header: { readonly opcode: number; readonly status: number; readonly cas: Uint8Array };
  readonly val: Uint8Array;
}

/** What is called of a `memjs.Client`. Its own `get` and `set` know nothing of compare-and-set, its `perform` sends anything. */
export interface MemcachedClient {
  readonly seq: number;
  readonly options: { readonly failover?: boolean | undefined; readonly timeout?: number | undefined };
  incrSeq(): void;
  perform(
    key: string,
    request: Uint8Array,
    seq: number,
    callback: (error: Error | null, response: MemcachedResponse | null) => void,
    tries: number,
  ): void;
}

/** A value, and what to show to replace this one and no other. */
export interface MemcachedItem {
  readonly value: string;
  readonly cas: Uint8Array;
}

const OK = 0;
const NOT_FOUND = 1;
const EXISTS = 2;

/** The four commands that a store needs. */
export class Memcached {
  readonly #client: MemcachedClient;

  constructor(client: MemcachedClient) {
    this.#client = client;
  }

  async get(key: string): Promise<MemcachedItem | undefined> {
    const { header, val } = await this.#send({ opcode: GET, key }, [OK, NOT_FOUND]);
    if (header.status !== OK) return undefined;
    // Without -C no item has this number, and with it a replace would not compare anything.
    if (header.cas.every((byte) => byte === 0))
      throw new Error("memcached was started with -C, without compare-and-set");
    return { value: new TextDecoder().decode(val), cas: header.cas };
  }

  async add(key: string, value: string, expiresAt: number): Promise<boolean> {
    const { header } = await this.#send({ opcode: ADD, key, value, expiresAt }, [OK, EXISTS]);
    return header.status === OK;
  }

  /**
   * False where the item is no longer the one that was read, or gone. Not by SET, which drops the old item if there is no room
   * for the new one, or if that is too large.
   */
  async replace(key: string, value: string, expiresAt: number, cas: Uint8Array): Promise<boolean> {
    const { header } = await this.#send({ opcode: REPLACE, key, value, expiresAt, cas }, [OK, EXISTS, NOT_FOUND]);
    return header.status === OK;
  }

  async delete(key: string): Promise<void> {
    await this.#send({ opcode: DELETE, key }, [OK, NOT_FOUND]);
  }

  async #send(request: MemcachedRequest, expected: number[]): Promise<MemcachedResponse> {
    const { expiresAt = 0, value = "" } = request;
    if (expiresAt > LAST_SECOND)
      throw new RangeError(`memcached can't keep a record until ${expiresAt}: it ends in 2106`);
    const response = await exchange(this.#client, request);
    const { opcode, status } = response.header;
    if (opcode !== request.opcode) throw new Error("memcached's answer is not to what it was asked");
    if (expected.includes(status)) return response;
    const size = value && ` to ${new TextEncoder().encode(value).length} bytes`;
    throw new Error(`memcached answers with status ${status}${size}: ${new TextDecoder().decode(response.val)}`);
  }
}

function exchange(client: MemcachedClient, request: MemcachedRequest): Promise<MemcachedResponse> {
  client.incrSeq();
  const { seq } = client;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("memcached gave no answer in time")), patience(client));
    const done = (error: Error | null, response: MemcachedResponse | null) => {
      clearTimeout(timer);
      if (response) resolve(response);
      else reject(error ?? new Error("memcached gave no answer"));
    };
    // One try: sent twice, a write would meet itself and be taken for another's.
    client.perform(request.key, encodeRequest(request, seq), seq, done, 1);
  });
}

/** memjs takes two timeouts to connect and one to be answered, but forgets who waits when the server closes the connection. */
function patience({ options: { timeout = 0.5 } }: MemcachedClient): number {
  return 3000 * timeout;
}
