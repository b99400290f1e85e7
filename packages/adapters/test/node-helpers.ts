import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import {
  createSessions,
  type HmacProvider,
  type Session,
  type SessionEvent,
  type SessionOptions,
  type Sessions,
  webCryptoHmac,
} from "@websession/core";
import { onTestFinished } from "vitest";
import { withSession as handle, nodeHmac } from "../src/node.ts";

export const SECRET = "a secret for tests that is long enough";

export interface Data {
  visits: number;
  text: string;
  odd: unknown;
}

/** The same must come of a commit that takes time and of one that takes none. */
export const providers: [name: string, provider: HmacProvider][] = [
  ["WebCrypto", webCryptoHmac],
  ["node:crypto", nodeHmac],
];

export function setUp(options: Partial<SessionOptions<Data>> = {}) {
  const events: SessionEvent[] = [];
  const sessions = createSessions<Data>({ secrets: SECRET, onEvent: (event) => events.push(event), ...options });
  return { sessions, events };
}

/** Sessions that have their keys: with `nodeHmac` nothing is left to wait for, and a commit is synchronous. */
export async function warmUp(options: Partial<SessionOptions<Data>>) {
  const { sessions, events } = setUp(options);
  await sessions.handle(new Request("http://localhost/"), (session) => {
    session.set("visits", 1);
    return new Response();
  });
  return { sessions, events };
}

/** More than a cookie holds. */
export const tooMuch = "x".repeat(5000);

type Handler = (session: Session<Data>, res: ServerResponse, req: IncomingMessage) => unknown;

/** A listener of `node:http` with a session. */
export function withSession(sessions: Sessions<Data>, handler: Handler): RequestListener {
  return handle(sessions, (req, res, session) => handler(session, res, req));
}

/** A server on a free port of the loopback until the test ends; resolves with its origin. */
export async function serve(listener: RequestListener): Promise<string> {
  return listen(createServer(listener));
}

export async function listen(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

/** One request, without following redirects. */
export async function ask(url: string, cookie?: string, init: RequestInit = {}): Promise<Answer> {
  const headers = { ...(init.headers as Record<string, string>), ...(cookie && { cookie }) };
  const response = await fetch(url, { redirect: "manual", ...init, headers });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** All bytes that a server answers to exactly these, until it closes the connection. */
export async function exchange(origin: string, ...lines: string[]): Promise<string> {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  socket.setEncoding("latin1");
  let answer = "";
  socket.on("data", (chunk) => {
    answer += chunk;
  });
  socket.write(lines.map((line) => `${line}\r\n`).join(""));
  await once(socket, "close");
  return answer;
}

/** name=value of the session cookie that a response sets. */
export function cookieIn({ headers }: Pick<Answer, "headers">): string {
  const lines = headers.getSetCookie().filter((line) => line.startsWith("__Host-session="));
  if (lines.length !== 1) throw new Error(`expected one session cookie, got ${lines.length}`);
  return String(lines[0]?.split(";")[0]);
}

/** An HMAC that signs when the test says so: until then the response is held. */
export function slowHmac() {
  const signing = deferred();
  const allowed = deferred();
  const hmac: HmacProvider = {
    async importKey(bytes) {
      const key = await webCryptoHmac.importKey(bytes);
      const sign = async (text: string) => {
        signing.resolve();
        await allowed.promise;
        return key.sign(text);
      };
      return { sign, verify: key.verify };
    },
  };
  return { hmac, signing: signing.promise, allow: allowed.resolve, refuse: allowed.reject };
}

export function deferred<T = void>() {
  let resolve: (value: T) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
