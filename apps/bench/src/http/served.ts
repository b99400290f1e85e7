import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import autocannon from "autocannon";
import { payload } from "../measure/payload.ts";
import { cookiesOf } from "../measure/scenarios.ts";
import { BARE, type HttpSubject } from "./subject.ts";
import { httpSubjects } from "./subjects.ts";

/** A subject that is served by a process of its own, with a visitor who has a session. */
export class Served {
  readonly subject: HttpSubject;
  readonly #process: ChildProcess;
  readonly #request: { url: string; headers: Record<string, string> };

  private constructor(subject: HttpSubject, process: ChildProcess, url: string, cookie: string) {
    this.subject = subject;
    this.#process = process;
    this.#request = { url, headers: { cookie } };
  }

  /** Throws where the server does not read the session that it has given. */
  static async start(subject: HttpSubject): Promise<Served> {
    const child = fork(join(import.meta.dirname, "serve.ts"), [String(httpSubjects.indexOf(subject))]);
    const [[fill, read]] = (await once(child, "message")) as [[number, number]];
    const { headers } = await fetch(`http://127.0.0.1:${fill}/`);
    const cookie = cookiesOf(headers.getSetCookie());
    const served = new Served(subject, child, `http://127.0.0.1:${read}/`, cookie);
    await served.#check();
    return served;
  }

  async #check(): Promise<void> {
    const { url, headers } = this.#request;
    const body = await (await fetch(url, { headers })).text();
    const expected = this.subject.library === BARE ? BARE : payload.userId;
    const { framework, library } = this.subject;
    if (body !== expected) throw new Error(`${library} on ${framework}: the answer is ${body}, not ${expected}.`);
  }

  /** Requests per second, over so many seconds with 32 connections. */
  async requestsPerSecond(seconds: number): Promise<number> {
    const { requests, duration, non2xx, errors } = await autocannon({
      ...this.#request,
      connections: 32,
      duration: seconds,
    });
    if (non2xx + errors > 0) throw new Error(`${this.subject.library}: ${non2xx + errors} answers were errors.`);
    return requests.total / duration;
  }

  stop(): void {
    this.#process.disconnect();
  }
}
