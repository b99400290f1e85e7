import { isExpired, isRefreshDue } from "../lifetime.ts";
import { freshFormers } from "../records/generation.ts";
import type { RequestContext } from "../request.ts";
import type { StoredSession } from "../session/loaded.ts";
import type { Settings } from "../settings.ts";
import { type Claims, encodeClaims } from "../token/claims.ts";
import type { TokenCodec } from "../token/codec.ts";
import type { Transport } from "../transport/transport.ts";
import type { Copying } from "./backend.ts";

/**
 * Copies of stored sessions that the client carries in a second cookie, so that reads can skip the store for a while.
 *
 * A copy counts only beside a session token of the same id and generation. So a late answer can overwrite a copy with an older
 * one, but never a session.
 */
export class CopyCookies {
  readonly #codec: TokenCodec;
  readonly #transport: Transport;
  readonly #settings: Settings;
  readonly #seconds: number;

  constructor({ codec, transport, seconds }: Copying, settings: Settings) {
    this.#codec = codec;
    this.#transport = transport;
    this.#settings = settings;
    this.#seconds = seconds;
  }

  /** The newest copy that counts beside this token. */
  async find(token: Claims, { request }: RequestContext): Promise<StoredSession | undefined> {
    let newest: StoredSession | undefined;
    for (const text of this.#transport.read(request).tokens) {
      const copy = await this.#open(text);
      if (copy && this.#counts(copy, token) && copy.asOf >= (newest?.asOf ?? 0)) newest = copy;
    }
    return newest;
  }

  /** The lines for a response; `stored` is what the store has, as far as this request knows. */
  async lines(stored: StoredSession | undefined, { request }: RequestContext): Promise<readonly string[]> {
    // A copy is as old as the moment at which the record was read: from a copy no other is made.
    if (stored?.record === undefined) return [];
    const { now } = this.#settings;
    const maxAge = stored.asOf + this.#seconds - now();
    const text = maxAge > 0 ? await this.#codec.seal(this.#payloadOf(stored)) : "";
    if (text === "" || text.length > this.#transport.limit) return this.clear(request);
    return this.#transport.issue(text, { maxAge, expires: new Date((now() + maxAge) * 1000) }, request);
  }

  /** The lines that remove the client's copy, where it has one: it would go on counting. */
  clear(request: RequestContext["request"]): readonly string[] {
    return this.#transport.read(request).tokens.length > 0 ? this.#transport.clear(request) : [];
  }

  #payloadOf({ claims, version, asOf, formers }: StoredSession): string {
    // Earlier generations are not in the copy. While there are some, its version is left out: a write must read them first.
    const known = freshFormers(formers, this.#settings.now()).length === 0 ? version : undefined;
    return encodeClaims({ ...claims, version: known, copiedAt: asOf });
  }

  async #open(text: string): Promise<StoredSession | undefined> {
    const opened = text.length <= this.#transport.limit ? await this.#codec.open(text) : "too-large";
    if (typeof opened === "string") return undefined;
    const { sid: key, generation, version, copiedAt: asOf } = opened.claims;
    if (key === undefined || asOf === undefined) return undefined;
    const claims = { ...opened.claims, isReference: false, version: undefined, copiedAt: undefined };
    return { key, claims, version, asOf, generation, formers: [], record: undefined };
  }

  #counts({ claims, asOf }: StoredSession, token: Claims): boolean {
    const { now, lifetime } = this.#settings;
    const isSame = claims.sid === token.sid && claims.generation === token.generation;
    // One that is due for a refresh has to be seen by the store, or an active visitor's session could end.
    const isAlive = !isExpired(claims, now(), lifetime) && !isRefreshDue(claims, now(), lifetime);
    return isSame && isAlive && now() < asOf + this.#seconds;
  }
}
