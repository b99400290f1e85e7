import { html } from "hono/html";
import type { Html } from "./page.ts";

const partNames = ["header", "payload", "signature"];

/** A token with its parts told apart. What is no token is shown as it is. */
export function tokenText(token: string): Html {
  const parts = token.split(".");
  if (parts.length !== partNames.length) return html`${token}`;
  const [header, payload, signature] = parts.map(
    (part, index) => html`<span class="${partNames[index]}">${part}</span>`,
  );
  return html`${header}.${payload}.${signature}`;
}

const meanings: Record<string, string> = {
  sid: "session id",
  iat: "issued at",
  exp: "expires at",
  start: "started at",
  sub: "owner",
  p: "remember me",
  f: "flash messages that wait",
  d: "data",
};

/** What the claims mean, of those that are there. Times are told in the reader's terms. */
export function claimLegend(claims: Record<string, unknown>): Html {
  const present = Object.keys(meanings).filter((name) => Object.hasOwn(claims, name));
  return html`<ul class="legend">${present.map((name) => html`<li><b>${name}</b> ${meaningOf(name, claims[name])}</li>`)}</ul>`;
}

function meaningOf(name: string, value: unknown): string {
  const meaning = meanings[name] ?? "";
  return ["iat", "exp", "start"].includes(name) ? `${meaning} ${utc(value)}` : meaning;
}

function utc(seconds: unknown): string {
  const date = new Date(typeof seconds === "number" ? seconds * 1000 : Number.NaN);
  return Number.isNaN(date.getTime()) ? "" : `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** Indented while that stays readable: data nested hundreds deep would become megabytes of spaces. */
export function json(value: object): string {
  const compact = JSON.stringify(value);
  const containers = compact.match(/[[{]/g)?.length ?? 0;
  return containers > 100 ? compact : JSON.stringify(value, null, 2);
}
