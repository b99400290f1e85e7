import { createSessions, type SessionEvent, type SessionOptions } from "@websession/core";
import { createApp } from "../src/app.ts";
import type { DemoData } from "../src/demo-data.ts";

export const SECRET = "a secret for tests, of 32 bytes or more";

/** What a Set-Cookie line looks like that gives the visitor a session. */
export const ISSUED = /^__Host-session=[\w-]+\.[\w-]+\.[\w-]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/;

/** And one that takes it away. */
export const CLEARED = /^__Host-session=; Max-Age=0; /;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly setCookie: readonly string[];
  readonly text: string;
}

export interface Sent {
  readonly json?: unknown;
  readonly form?: Record<string, string>;
  readonly body?: BodyInit;
  readonly headers?: Record<string, string>;
}

/** Somebody with a browser: keeps cookies, but follows no redirects. */
export class Visitor {
  readonly events: SessionEvent[] = [];
  readonly cookies = new Map<string, string>();
  readonly #app: { request(url: string, init: RequestInit): Response | Promise<Response> };

  constructor(options: Partial<SessionOptions<DemoData>> = {}) {
    const onEvent = (event: SessionEvent) => this.events.push(event);
    const sessions = createSessions<DemoData>({ secrets: SECRET, onEvent, ...options });
    this.#app = createApp(sessions, options.store ? "memory" : "cookie");
  }

  get token(): string {
    return this.cookies.get("__Host-session") ?? "";
  }

  get(path: string, sent: Sent = {}): Promise<Answer> {
    return this.send("GET", path, sent);
  }

  post(path: string, sent: Sent = {}): Promise<Answer> {
    return this.send("POST", path, sent);
  }

  async send(method: string, path: string, sent: Sent): Promise<Answer> {
    const headers = new Headers(sent.headers);
    if (this.cookies.size > 0) headers.set("cookie", [...this.cookies].map((pair) => pair.join("=")).join("; "));
    if (sent.json !== undefined) headers.set("content-type", "application/json");
    const body = bodyOf(sent);
    const init = { method, headers, ...(body !== undefined && { body }) };
    const response = await this.#app.request(`http://localhost${path}`, init);
    const setCookie = response.headers.getSetCookie();
    for (const line of setCookie) this.#keep(line);
    return { status: response.status, headers: response.headers, setCookie, text: await response.text() };
  }

  /** What `GET /api/session` tells. */
  async session(): Promise<Record<string, unknown>> {
    return JSON.parse((await this.get("/api/session")).text);
  }

  #keep(line: string): void {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (line.includes("Max-Age=0;")) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

function bodyOf({ json, form, body }: Sent): BodyInit | undefined {
  if (json !== undefined) return JSON.stringify(json);
  return form === undefined ? body : new URLSearchParams(form);
}
