import { type Awaitable, andThen, isPromise } from "./awaitable.ts";
import type { Config } from "./config.ts";
import type { RejectionReason } from "./events.ts";
import { CLOCK_SKEW } from "./lifetime.ts";
import { RequestContext, type RequestLike } from "./request.ts";
import { validateLoaded } from "./schema.ts";
import type { Loaded } from "./session/loaded.ts";
import { Session } from "./session/session.ts";
import { createState } from "./session/session-state.ts";
import type { TokenCodec, VerifiedToken } from "./token/codec.ts";
import type { ReceivedTokens } from "./transport/transport.ts";

/** The most tokens that are tried: without a limit a client could make us verify thousands. */
const MAX_TOKENS = 8;

/** A token that may be the session's, and the codec for the name of its cookie or header. */
interface Candidate {
  readonly token: string;
  readonly codec: TokenCodec;
}

const noSession: Loaded = { client: "none" };
const rejected: Loaded = { client: "rejected", ended: "rejected" };

/** The session of a request. Nothing that a client sends makes it reject. The first request may have to wait for the secrets. */
export async function load<Data extends object>(request: RequestLike, config: Config): Promise<Session<Data>> {
  const preparing = config.prepare();
  if (isPromise(preparing)) await preparing;
  const context = new RequestContext(request, config.onEvent);
  const received = config.transport.read(request);
  const candidates = candidatesOf(received, config);
  if (candidates.length > 1) context.emit({ type: "duplicate-cookie", count: candidates.length });
  if (received.incomplete) context.emit({ type: "token-rejected", reason: "incomplete" });
  const verified: VerifiedToken[] = [];
  for (const candidate of candidates) {
    const opening = openToken(candidate, config);
    // `await` on a value that is no promise would still wait for a microtask.
    const opened = isPromise(opening) ? await opening : opening;
    if (typeof opened === "string") context.emit({ type: "token-rejected", reason: opened });
    else verified.push(opened);
  }
  let loaded = candidates.length > 0 || received.incomplete ? rejected : noSession;
  for (const token of newestFirst(verified)) {
    const finding = andThen(config.backend.find(token, context), (found) => validateLoaded(found, config, context));
    const found = isPromise(finding) ? await finding : finding;
    // A superseded token shows that a newer one is on its way to the client. A token that opens nothing must not hide that.
    if (found.client === "valid" || loaded.client !== "superseded") loaded = found;
    if (found.client === "valid") break;
  }
  return new Session<Data>(createState(loaded, context, config), config.backend);
}

function candidatesOf({ tokens, former = [] }: ReceivedTokens, { codec, formerCodecs }: Config): readonly Candidate[] {
  const candidates = tokens.map((token) => ({ token, codec }));
  for (const { name, token } of former.slice(0, MAX_TOKENS - tokens.length))
    candidates.push({ token, codec: formerCodecs.get(name) as TokenCodec });
  return candidates;
}

/** Does the cheap checks first, and decodes nothing before its MAC has verified. */
function openToken({ token, codec }: Candidate, config: Config): Awaitable<VerifiedToken | RejectionReason> {
  const { limit, longest = limit } = config.transport;
  if (token.length > longest) return "too-large";
  return andThen(codec.open(token), (opened) => {
    if (typeof opened === "string") return opened;
    const { iat, isReference = false } = opened.claims;
    if (iat > config.now() + CLOCK_SKEW) return "issued-in-future";
    const { opens } = config.backend;
    if (opens !== "both" && isReference !== (opens === "references")) return "wrong-mode";
    // A token in a cookie with a former name must move to today's name.
    return codec === config.codec ? opened : { ...opened, mustReissue: true };
  });
}

/**
 * Browsers send the oldest cookie of a name first (RFC 6265bis section 5.8.3). A cookie that an earlier deploy left in another
 * scope is older than today's.
 */
function newestFirst(tokens: VerifiedToken[]): VerifiedToken[] {
  if (tokens.length < 2) return tokens;
  const order = ({ claims: a }: VerifiedToken, { claims: b }: VerifiedToken) =>
    b.iat - a.iat || b.generation - a.generation;
  // If two have the same age, the browser sent the newer one last.
  return tokens.reverse().sort(order);
}
