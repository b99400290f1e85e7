import type { Flash, SessionInfo } from "@websession/core";
import { html } from "hono/html";
import type { DemoSession } from "./demo-data.ts";
import type { Forgery } from "./forgery.ts";
import { forgerySection } from "./page-forgery.ts";
import { visitorColumn } from "./page-visitor.ts";
import { wireSections } from "./page-wire.ts";
import { type Place, placeInWords } from "./place.ts";
import type { ReceivedCookie, SentCookie } from "./wire.ts";

/** All that the page shows. The session is committed already: here it is only read. */
export interface PageView {
  readonly place: Place;
  readonly session: DemoSession;
  /** Where somebody is signed in, and a store has the sessions. */
  readonly ownSessions: readonly SessionInfo[] | undefined;
  readonly flashes: readonly Flash[];
  readonly forgery: Forgery | undefined;
  readonly received: ReceivedCookie | undefined;
  readonly sent: SentCookie | undefined;
  /** Of the response, as they are sent. */
  readonly headers: Headers;
  readonly request: { readonly line: string; readonly origin: string };
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A piece of HTML, escaped. */
export type Html = ReturnType<typeof html>;

export function page(view: PageView): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>websession: your session, in the open</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header class="masthead">
<p class="wordmark">websession</p>
${view.place === "cookie" ? letter : ticket(view.place)}
</header>
${view.flashes.map(flashStrip)}
<main>
<div class="visitor">${visitorColumn(view)}</div>
<div class="letter">
<h2>Over the wire</h2>
${wireSections(view)}
${forgerySection(view)}
</div>
</main>
${colophon(view)}
</body>
</html>`;
}

const letter = html`<h1>Open letter, unbroken seal.</h1>
<p class="lede">All that this site knows about you travels in one signed cookie. You can read every word of it. You can't change one.</p>`;

function ticket(place: Place): Html {
  return html`<h1>Numbered ticket, unbroken seal.</h1>
<p class="lede">All that this site knows about you is kept here, ${placeInWords(place)}. Your signed cookie is the ticket for it: an id and a few times, and nothing about you.</p>`;
}

function flashStrip({ category, message }: Flash): Html {
  return html`<p class="flash" role="status" data-category="${category}">${message}</p>`;
}

function colophon({ place, request: { origin } }: PageView): Html {
  const paths = ["/spark-counter/", "/delete-spark/", "/session/", "/untouched", "/api/session"];
  if (place !== "cookie") paths.push("/api/sessions");
  return html`<footer>
<h2>The same from a shell</h2>
<pre tabindex="0" aria-label="Commands for a shell"><code>curl -c jar -b jar ${origin}/spark-counter/
curl -c jar -b jar ${origin}/session/
curl -c jar -b jar ${origin}/api/session/drink -X PUT -d '"tea"'
curl -c jar -b jar ${origin}/api/session</code></pre>
<ul>${paths.map((path) => html`<li><a href="${path}">${path}</a></li>`)}</ul>
</footer>`;
}
