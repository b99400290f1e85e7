import type { EndReason } from "@websession/core";
import type { ReceivedCookie, SentCookie } from "./wire.ts";

/** What is known of the exchange that the page shows. */
export interface Exchange {
  readonly received: ReceivedCookie | undefined;
  readonly sent: SentCookie | undefined;
  /** The cookie was accepted. */
  readonly accepted: boolean;
  /** Why the cookie's session is not this one. */
  readonly ended: EndReason | undefined;
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

function whyNone({ received, accepted, ended, tookFlashes, stored }: Exchange): string {
  if (received === undefined) return "You have no session, and you get none before there is something to keep.";
  if (accepted && stored && tookFlashes)
    return "The session changed in the store: the message above is taken out. The cookie only holds its id.";
  if (accepted) return "This page only read your session.";
  if (ended === "expired") return `Your session's time is up. ${leftAlone}`;
  if (ended === "revoked") return `Your session was ended, here or from another device. ${leftAlone}`;
  if (ended === "superseded") return "Your session has just got a newer cookie, which is on its way to you.";
  return "The cookie was refused. It is left alone, so that neither a bad deployment nor a request that came late signs anybody out.";
}

const leftAlone =
  "The cookie is left alone: this answer could come later than that of a sign-in, and take its cookie away.";

function whyCleared({ tookFlashes }: Exchange): string {
  if (tookFlashes) return "The message above was all that was left in the session; an empty session needs no cookie.";
  return "The session has ended.";
}

function whyIssued({ stored, tookFlashes }: Exchange): string {
  if (stored) return "The session is the same. The cookie is signed anew with a newer secret.";
  if (tookFlashes) return "The message above has been shown, and so taken out of the session: the session changed.";
  return "Nothing changed, but the session was signed anew: to live on, or with a newer secret.";
}
