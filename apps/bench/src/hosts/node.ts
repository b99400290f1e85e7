import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import type { Answer, Serve } from "../measure/subject.ts";

/** Looks like TLS: some libraries refuse to send a Secure cookie otherwise. */
const socket = Object.assign(new Socket(), { encrypted: true });

/** A true response of Node that is connected to nothing. */
class Unconnected extends ServerResponse implements Answer {
  readonly #done: (answer: Answer) => void;
  #body = "";
  #head: unknown;

  constructor(req: IncomingMessage, done: (answer: Answer) => void) {
    super(req);
    this.#done = done;
  }

  override writeHead(...args: unknown[]): this {
    this.#head = args.at(-1);
    return Reflect.apply(super.writeHead, this, args);
  }

  override write(...args: unknown[]): boolean {
    this.#body += args[0];
    return Reflect.apply(super.write, this, args);
  }

  override end(...args: unknown[]): this {
    this.#body += args[0] ?? "";
    Reflect.apply(super.end, this, args);
    this.#done(this);
    return this;
  }

  text(): string {
    return this.#body;
  }

  setCookies(): string[] {
    // What `writeHead` is given does not become a header that can be asked for, unless there are others.
    const given = Object(this.#head) as { readonly "set-cookie"?: string | string[] };
    return [this.getHeader("set-cookie") ?? given["set-cookie"] ?? []].flat().map(String);
  }
}

/** A listener of `node:http`, asked in process. */
export function onNode(listener: (req: IncomingMessage, res: ServerResponse) => unknown): Serve {
  return (cookie) =>
    new Promise((resolve, reject) => {
      const req = new IncomingMessage(socket);
      req.method = "GET";
      req.url = "/";
      req.headers = cookie === undefined ? { host: "localhost" } : { host: "localhost", cookie };
      const answer = listener(req, new Unconnected(req, resolve));
      if (answer instanceof Promise) answer.catch(reject);
    });
}
