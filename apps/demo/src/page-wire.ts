import { html } from "hono/html";
import { dataOf } from "./demo-data.ts";
import { ago, duration, secondsUntil } from "./life.ts";
import type { Html, PageView } from "./page.ts";
import { claimLegend, json, tokenText } from "./page-token.ts";
import { type Place, placeInWords } from "./place.ts";
import { lifetime } from "./settings.ts";
import { whySent } from "./why.ts";
import type { ReceivedCookie, Token } from "./wire.ts";

/** RFC 6265bis section 5.6: browsers drop a cookie whose name and value have more bytes. */
const MAX_COOKIE_BYTES = 4096;

/** What went over the wire for this page: the letter. */
export function wireSections(view: PageView): Html {
  const { received, session, place } = view;
  return html`
${receivedSection(view)}
${received?.token && openedSection(received.token)}
${place !== "cookie" && !session.isNew && keptSection(view)}
${received && html`<section class="meters">${sizeMeter(received, place)}${!session.isNew && lifeMeters(view)}</section>`}
${sentSection(view)}`;
}

function receivedSection({ received, session, sent, request, now, place }: PageView): Html {
  if (received === undefined) {
    return html`<section>
<h3>Your browser sent</h3>
<pre class="http"><code>${request.line}
Cookie: <i>none</i></code></pre>
<p>Count a visit, and a cookie will appear here.</p>
</section>`;
  }
  const issued = received.token?.claims.iat;
  const age = typeof issued === "number" ? Math.max(0, Math.floor(now / 1000) - issued) : undefined;
  return html`<section>
<h3>Your browser sent ${verdict(session.isNew, sent?.value === "")}</h3>
<pre class="http"><code>${request.line}
Cookie: <b>${received.name}=</b>${tokenText(received.value)}</code></pre>
${!session.isNew && age !== undefined && html`<p>This cookie was made ${ago(age)}, ${place === "cookie" ? "in answer to the last request that changed something" : "when the session got its id or a longer life"}.</p>`}
</section>`;
}

function verdict(isNew: boolean, cleared: boolean): Html {
  if (!isNew) return html`<span class="verdict">seal unbroken</span>`;
  return html`<span class="verdict refused">${cleared ? "ended" : "refused"}</span>`;
}

function openedSection({ header, claims, parts }: Token): Html {
  return html`<section>
<h3>Inside</h3>
<dl class="parts">
<dt class="header">Header</dt><dd><pre><code>${JSON.stringify(header)}</code></pre></dd>
<dt class="payload">Payload</dt><dd><pre tabindex="0" aria-label="Payload"><code>${json(claims)}</code></pre>${claimLegend(claims)}</dd>
<dt class="signature">Seal</dt><dd><p>HMAC-SHA-256 over the two above. Whoever lacks the server's secret can't make it.</p>
<pre><code>${parts[2]}</code></pre></dd>
</dl>
</section>`;
}

/** What the store has under the id: of the record only what the application put there. */
function keptSection({ session, place }: PageView): Html {
  return html`<section>
<h3>Kept ${placeInWords(place)}</h3>
<pre class="http kept" tabindex="0" aria-label="Kept ${placeInWords(place)}"><code>${json({ owner: session.owner, data: dataOf(session) })}</code></pre>
<p>It never leaves the server. The cookie only has the id that it is found by.</p>
</section>`;
}

function sizeMeter({ name, value }: ReceivedCookie, place: Place): Html {
  const bytes = name.length + value.length;
  return meter(
    place === "cookie" ? "Size" : "Size, however much is kept",
    `${bytes} of ${MAX_COOKIE_BYTES} bytes`,
    bytes,
    MAX_COOKIE_BYTES,
  );
}

function lifeMeters({ session, now }: PageView): Html {
  const idle = secondsUntil(session.expiresAt, now);
  const absolute = secondsUntil(new Date(session.createdAt.getTime() + lifetime.absolute * 1000), now);
  return html`
${meter("Life if idle", `${duration(idle)} left`, idle, lifetime.idle)}
${meter("Life at most", `${duration(absolute)} left`, absolute, lifetime.absolute)}`;
}

function meter(label: string, text: string, value: number, max: number): Html {
  return html`<div class="gauge"><p><span>${label}</span> <span>${text}</span></p>
<meter min="0" max="${max}" value="${value}" aria-label="${label}">${text}</meter></div>`;
}

function sentSection(view: PageView): Html {
  const { headers, received, sent, session, flashes, place } = view;
  const stored = place !== "cookie";
  const why = whySent({
    received,
    sent,
    stored,
    accepted: !session.isNew,
    ended: session.ended,
    tookFlashes: flashes.length > 0,
  });
  const cookie = sent
    ? html`<b>${sent.name}=</b>${tokenText(sent.value)}<span class="attributes">${sent.attributes}</span>`
    : html`<i>none, ${stored && !session.isNew ? "the id is the same" : "nothing changed"}</i>`;
  return html`<section>
<h3>The server answered</h3>
<pre class="http"><code>200 OK
Cache-Control: ${headers.get("cache-control")}
Vary: ${headers.get("vary")}
Set-Cookie: ${cookie}</code></pre>
<p>${why}</p>
</section>`;
}
