import type { Awaitable, HeadersLike } from "@websession/core";
import { answerBare, shut, takeBack } from "./node-failure.ts";
import { ResponseHeaders } from "./node-headers.ts";
import { Hold } from "./node-hold.ts";
import { type HeadCall, type HeadMethod, type NodeResponse, refuse } from "./node-response.ts";

/** What a gate asks for before it opens, and whom it tells if that fails. */
export interface GateKeeper {
  commit(headers: HeadersLike): Awaitable<void>;
  fail(error: unknown): void;
}

/**
 * Commits before a response's head goes out.
 *
 * Node's calls are synchronous and committing need not be: where it takes time, the calls are held and made again in order.
 */
export class HeadGate {
  readonly #res: NodeResponse;
  readonly #keeper: GateKeeper;
  readonly #native: Required<Pick<NodeResponse, HeadMethod>>;
  #begun = false;
  #hold: Hold | undefined;

  constructor(res: NodeResponse, keeper: GateKeeper) {
    this.#res = res;
    this.#keeper = keeper;
    const { writeHead, flushHeaders = () => {}, write, end } = res;
    this.#native = { writeHead, flushHeaders, write, end };
    res.writeHead = this.#gated("writeHead");
    res.flushHeaders = this.#gated("flushHeaders");
    res.write = this.#gated("write") as () => boolean;
    res.end = this.#gated("end");
  }

  /**
   * Not a function literal on the right of `res.end =`: such ones V8 makes in the old generation, and with them the whole
   * request outlives every small garbage collection.
   */
  #gated(method: HeadMethod): (...args: unknown[]) => unknown {
    return (...args) => this.#enter({ method, args });
  }

  #enter(call: HeadCall): unknown {
    if (!this.#begun) this.#begin(call);
    return this.#hold === undefined ? this.#pass(call) : this.#hold.add(call);
  }

  #pass({ method, args }: HeadCall): unknown {
    return Reflect.apply(this.#native[method], this.#res, args);
  }

  #begin(call: HeadCall): void {
    this.#begun = true;
    const committing = this.#commit(call);
    if (committing === undefined) return;
    this.#hold = new Hold(this.#res, call);
    void this.#settle(committing, this.#hold);
  }

  /** An error that is thrown is one that is rejected: it must not come out of the handler's own `res.end()`. */
  #commit(call: HeadCall): Awaitable<void> {
    try {
      return this.#keeper.commit(new ResponseHeaders(this.#res, call));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async #settle(committing: Awaitable<void>, hold: Hold): Promise<void> {
    try {
      await committing;
      this.#replay(this.#open(hold));
    } catch (error) {
      this.#abandon(this.#open(hold), hold.ended, error);
    }
  }

  #open(hold: Hold): HeadCall[] {
    this.#hold = undefined;
    return hold.release();
  }

  #replay(calls: HeadCall[]): void {
    let drained = false;
    for (let call = calls[0]; call !== undefined; call = calls[0]) {
      const result = this.#pass(call);
      // It was told to wait, and Node, which never did so, will not call it back.
      if (call.method === "write") drained = result === true;
      calls.shift();
    }
    if (drained) process.nextTick(() => this.#res.emit("drain"));
  }

  #abandon(calls: HeadCall[], ended: boolean, error: unknown): void {
    for (const call of calls) refuse(call, error);
    if (!this.#res.headersSent) takeBack(this.#res);
    this.#keeper.fail(error);
    if (ended) return;
    // The handler may go on writing, and later nobody can tell its calls from those of an error handler.
    answerBare(this.#res);
    shut(this.#res, error);
  }
}
