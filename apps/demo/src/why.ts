import type { ReceivedCookie, SentCookie } from "./wire.ts";

/** What is known of the exchange that the page shows. */
export interface Exchange {
  readonly received: ReceivedCookie | undefined;
  readonly sent: SentCookie | undefined;
  /** The cookie was accepted. */
  readonly accepted: boolean;
  /** The page has shown flash messages, and so taken them out of the session. */
  readonly tookFlashes: boolean;
}

/** Why the response carries the Set-Cookie that it carries, or none. */
export function whySent(exchange: Exchange): string {
  const { sent } = exchange;
  if (sent === undefined) return whyNone(exchange);
  return sent.value === "" ? whyCleared(exchange) : whyIssued(exchange);
}

function whyNone({ received, accepted }: Exchange): string {
  if (received === undefined) return "You have no session, and you get none before there is something to keep.";
  if (accepted) return "This page only read your session.";
  return "The cookie was refused. It is left alone, so that a bad deployment signs nobody out.";
}

function whyCleared({ tookFlashes }: Exchange): string {
  if (tookFlashes) return "The message above was all that was left in the session; an empty session needs no cookie.";
  return "The session had come to its end.";
}

function whyIssued({ tookFlashes }: Exchange): string {
  if (tookFlashes) return "The message above has been shown, and so taken out of the session: the session changed.";
  return "Nothing changed, but the session was signed anew: to live on, or with a newer secret.";
}
