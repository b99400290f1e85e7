import { html } from "hono/html";
import { type Cart, cartOf, visitsOf } from "./demo-data.ts";
import type { Html, PageView } from "./page.ts";
import { ownSessionsSection } from "./page-owner.ts";

/** What is the visitor's own: the left column. */
export function visitorColumn({ session, ownSessions, now }: PageView): Html {
  const { owner } = session;
  return html`
${visitsSection(visitsOf(session))}
${cartSection(cartOf(session))}
${owner === undefined ? signIn() : signedIn(owner, session.persistent)}
${ownSessions && ownSessionsSection(ownSessions, now)}
${!session.isNew && idSection(session.id)}`;
}

function visitsSection(visits: number): Html {
  const digits = String(visits).length;
  return html`<section id="visits">
<h2>Visits</h2>
<p class="count" data-digits="${digits > 6 ? "many" : digits}">${visits}</p>
<div class="actions">
${button("/visit", visits === 0 ? "Count a visit" : "Visit again", "primary")}
${visits > 0 && button("/visit/delete", "Delete")}
</div>
</section>`;
}

function cartSection(cart: Cart | undefined): Html {
  if (cart === undefined) {
    return html`<section id="cart">
<h2>Cart</h2>
<p>The cart is empty.</p>
<div class="actions">${button("/cart", "Fill it with fruit")}</div>
</section>`;
  }
  return html`<section id="cart">
<h2>Cart</h2>
<ul class="cart">${Object.entries(cart).map(cartLine)}</ul>
<p class="aside">One more is <code>cart.apples = "11"</code>, deep in the data. Nobody has to tell the session.</p>
<div class="actions">${button("/cart/delete", "Empty the cart")}</div>
</section>`;
}

function cartLine([fruit, pieces]: [string, string]): Html {
  return html`<li><span>${fruit}</span><span class="leader"></span><output>${pieces}</output>
<form method="post" action="/cart/add"><button name="fruit" value="${fruit}" aria-label="One more: ${fruit}">+</button></form></li>`;
}

function signIn(): Html {
  return html`<section id="account">
<h2>You</h2>
<form method="post" action="/login" class="sign-in">
<label for="user">Your name</label>
<div class="field"><input id="user" name="user" required maxlength="60" autocomplete="username" placeholder="ada"><button class="primary">Sign in</button></div>
<label class="check"><input type="checkbox" name="remember"> Remember me</label>
</form>
</section>`;
}

function signedIn(owner: string, persistent: boolean): Html {
  const fate = persistent
    ? "You stay signed in when the browser closes."
    : "You are signed out when the browser closes.";
  return html`<section id="account">
<h2>You</h2>
<p class="owner">${owner}</p>
<p>${fate}</p>
<div class="actions">
${button("/logout", "Sign out", "primary")}
<form method="post" action="/remember">${persistent ? "" : hidden("remember")}<button>${persistent ? "Don't remember me" : "Remember me"}</button></form>
</div>
</section>`;
}

function idSection(id: string): Html {
  return html`<section id="session">
<h2>Session id</h2>
<p class="id">${id}</p>
<p class="aside">It names the session in logs and lists. It opens nothing by itself.</p>
<div class="actions">${button("/regenerate", "New token, same data")}</div>
</section>`;
}

function button(action: string, label: string, kind = ""): Html {
  return html`<form method="post" action="${action}"><button class="${kind}">${label}</button></form>`;
}

function hidden(name: string): Html {
  return html`<input type="hidden" name="${name}" value="on">`;
}
