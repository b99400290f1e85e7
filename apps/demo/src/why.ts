import type { ReceivedCookie, SentCookie } from "./wire.ts";

/** What is known of the exchange that the page shows. */
export interface Exchange {
  readonly received: ReceivedCookie | undefined;
  readonly sent: SentCookie | undefined;
  /** The cookie was accepted. */
  readonly accepted: boolean;
  /** The data is in a store, and the cookie has only the id. */
  readonly stored: boolean;
  /** The page has shown flash messages, and so taken them out of the session. */
  readonly tookFlashes: boolean;
}

/** Why the response carries the Set-Cookie that it carries, or none. */
export function whySent(exchange: Exchange): string {
  const { sent } = exchange;
  if (sent === undefined) return whyNone(exchange);
  return sent.value === "" ? whyCleared(exchange) : whyIssued(exchange);
}

function whyNone({ received, accepted, tookFlashes, stored }: Exchange): string {
  if (received === undefined) return "You have no session, and you get none before there is something to keep.";
  if (accepted && stored && tookFlashes)
    return "The session changed in the store: the message above is taken out. The cookie only holds its id.";
  if (accepted) return "This page only read your session.";
  return "The cookie was refused. It is left alone, so that neither a bad deployment nor a request that came late signs anybody out.";
}

function whyCleared({ stored, tookFlashes }: Exchange): string {
  if (tookFlashes) return "The message above was all that was left in the session; an empty session needs no cookie.";
  if (stored) return "That session is over: ended here or from another device, or by time.";
  return "The session had come to its end.";
}

function whyIssued({ stored, tookFlashes }: Exchange): string {
  if (stored)
    return "The id is the same. The cookie is signed anew to live on with the session, or with a newer secret.";
  if (tookFlashes) return "The message above has been shown, and so taken out of the session: the session changed.";
  return "Nothing changed, but the session was signed anew: to live on, or with a newer secret.";
}
