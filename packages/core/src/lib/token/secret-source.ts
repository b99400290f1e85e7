import { type Awaitable, andThen, isPromise } from "../awaitable.ts";
import { SessionError } from "../errors.ts";
import type { CodecSettings, TokenCodec } from "./codec.ts";
import { readSecrets, type Secrets } from "./secrets.ts";

type Bytes = CodecSettings["secrets"];
type MakeCodec = (secrets: Bytes) => TokenCodec;

/** Gives the secrets: the option has them, or a function that is called at the first request. */
export interface SecretSource {
  /** The secrets as bytes, newest first. Throws or rejects with `ERR_INVALID_OPTION`; the next call tries again. */
  ask(): Awaitable<Bytes>;
  /** A codec that has these secrets, or will have them when it is used. */
  codec(make: MakeCodec): TokenCodec;
}

/** Throws `ERR_INVALID_OPTION` at once if the option has the secrets and they are wrong. */
export function secretSource(secrets: Secrets | (() => Awaitable<Secrets>)): SecretSource {
  if (typeof secrets === "function") return lateSource(secrets);
  const known = readSecrets(secrets);
  return { ask: () => known, codec: (make) => make(known) };
}

/** It keeps the secrets, not their promise: on Workers a request must not await a promise of another request. */
function lateSource(give: () => Awaitable<Secrets>): SecretSource {
  let known: Bytes | undefined;
  const accept = (given: Secrets): Bytes => {
    known = readSecrets(given);
    return known;
  };
  const ask = () => known ?? andThen(call(give), accept);
  return { ask, codec: (make) => lateCodec(ask, make) };
}

function call(give: () => Awaitable<Secrets>): Awaitable<Secrets> {
  try {
    const given = give();
    return isPromise(given) ? given.catch(fail) : given;
  } catch (error) {
    return fail(error);
  }
}

function fail(cause: unknown): never {
  const cure = "It must return a secret of at least 32 bytes, or a list. The next request calls it again";
  throw new SessionError("ERR_INVALID_OPTION", `The function given as secrets failed, see the cause. ${cure}.`, {
    cause,
  });
}

function lateCodec(ask: () => Awaitable<Bytes>, make: MakeCodec): TokenCodec {
  let made: TokenCodec | undefined;
  const makeOnce = (secrets: Bytes): TokenCodec => {
    made ??= make(secrets);
    return made;
  };
  const codec = () => made ?? andThen(ask(), makeOnce);
  return {
    seal: (claims) => andThen(codec(), (ready) => ready.seal(claims)),
    open: (token) => andThen(codec(), (ready) => ready.open(token)),
    keys: async () => (await codec()).keys(),
  };
}
