import { html } from "hono/html";
import type { Forgery } from "./forgery.ts";
import type { Html, PageView } from "./page.ts";
import { json, tokenText } from "./page-token.ts";

/** A button that forges the cookie, and what came of it. */
export function forgerySection({ received, forgery, place }: PageView): Html {
  return html`<section id="forgery">
<h3>Can it be changed?</h3>
<p>${place === "cookie" ? inCookie : inStore}, keep the seal, and hand the cookie in. It is done for you; your own session stays as it is.</p>
<form action="/forge#forgery"><button${received?.token ? "" : html` disabled`}>Forge the cookie</button></form>
${forgery && report(forgery)}
${!received?.token && html`<p class="aside">There is no cookie to forge yet.</p>`}
</section>`;
}

const inCookie = html`Write yourself in as <b>admin</b> with a million visits`;
const inStore = html`There is no name and no count in it to change, but a time: write yourself in for <b>a thousand years</b>`;

function report(forgery: Forgery): Html {
  return html`<div class="report">
<p class="stamp" role="status">${forgery.accepted ? "Accepted" : "Refused"}</p>
<ul class="changes">${forgery.changes.map(changeLine)}</ul>
<pre class="http"><code>GET /api/session
Cookie: <b>${forgery.cookie.name}=</b>${tokenText(forgery.cookie.value)}</code></pre>
<pre><code>${json(forgery.answer)}</code></pre>
<p>${forgery.accepted ? "This must never happen." : outcome}</p>
</div>`;
}

const outcome =
  "Whoever hands it in is a stranger with a new and empty session. They are not told why; the server's security log is: token-rejected, bad-signature.";

function changeLine({ claim, from, to }: Forgery["changes"][number]): Html {
  return html`<li><b>${claim}</b> <del>${from === undefined ? "none" : JSON.stringify(from)}</del> <ins>${JSON.stringify(to)}</ins></li>`;
}
