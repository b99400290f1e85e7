import type { SessionInfo } from "@websession/core";
import { html } from "hono/html";
import { ago } from "./life.ts";
import type { Html } from "./page.ts";

const MAX_LINES = 20;

/** The sessions of who is signed in, this one first. */
export function ownSessionsSection(own: readonly SessionInfo[], now: number): Html {
  const others = own.filter(({ current }) => !current);
  const lines = [...own.filter(({ current }) => current), ...others];
  const rest = lines.length - MAX_LINES;
  return html`<section id="sessions">
<h2>Your sessions</h2>
<ul class="sessions">${lines.slice(0, MAX_LINES).map((session) => sessionLine(session, now))}</ul>
${rest > 0 && html`<p>And ${rest} more.</p>`}
${others.length === 0 && html`<p class="aside">Sign in with the same name in another browser, and end that session from here.</p>`}
${others.length > 0 && html`<form method="post" action="/sessions/end-others"><button>End all others</button></form>`}
</section>`;
}

function sessionLine({ id, createdAt, usedAt, current }: SessionInfo, now: number): Html {
  const since = (date: Date) => ago(Math.max(0, Math.floor((now - date.getTime()) / 1000)));
  return html`<li>
<div><p>${current ? html`<b>This device</b>` : "Another device"}</p>
<p class="aside"><span class="id">${id.slice(0, 8)}…</span> started ${since(createdAt)}, ${current ? "in use now" : html`last used ${since(usedAt)}`}</p></div>
${!current && html`<form method="post" action="/sessions/end"><button name="id" value="${id}" aria-label="End the session ${id.slice(0, 8)}">End it</button></form>`}
</li>`;
}
