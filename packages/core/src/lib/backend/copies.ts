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
 * A copy is valid only together with a session token of the same id and generation. So a late response can overwrite a copy
 * with an older copy, but it can never bring back an earlier session.
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

  /** The newest copy that is valid with this token. */
  async find(token: Claims, { request }: RequestContext): Promise<StoredSession | undefined> {
    let newest: StoredSession | undefined;
    for (const text of this.#transport.read(request).tokens) {
      const copy = await this.#open(text);
      if (copy && this.#counts(copy, token) && copy.asOf >= (newest?.asOf ?? 0)) newest = copy;
    }
    return newest;
  }

  /** The lines for a response; `stored` is the newest record that this request knows. */
  async lines(stored: StoredSession | undefined, { request }: RequestContext): Promise<readonly string[]> {
    // The age of a copy begins when its record was read. A session that comes from a copy has no record: it gives no new copy.
    if (stored?.record === undefined) return [];
    const { now } = this.#settings;
    const maxAge = stored.asOf + this.#seconds - now();
    const text = maxAge > 0 ? await this.#codec.seal(this.#payloadOf(stored)) : "";
    if (text === "" || text.length > this.#transport.limit) return this.clear(request);
    return this.#transport.issue(text, { maxAge, expires: new Date((now() + maxAge) * 1000) }, request);
  }

  /** The lines that remove the client's copy, if it has one: otherwise the copy would still be valid. */
  clear(request: RequestContext["request"]): readonly string[] {
    return this.#transport.read(request).tokens.length > 0 ? this.#transport.clear(request) : [];
  }

  #payloadOf({ claims, version, asOf, formers }: StoredSession): string {
    // The copy has no earlier generations. If the record has some, the copy has no version: a write must read the record first.
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
    // If a refresh is due, the request must reach the store. Otherwise the session of an active visitor could expire.
    const isAlive = !isExpired(claims, now(), lifetime) && !isRefreshDue(claims, now(), lifetime);
    return isSame && isAlive && now() < asOf + this.#seconds;
  }
}
