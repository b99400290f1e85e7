import { type HeadCall, type NodeResponse, shadow } from "./node-response.ts";

/**
 * A response whose head is decided and waits for the commit.
 *
 * The calls are kept in their order. Meanwhile the response looks as it would without the wait: its status stays,
 * `headersSent` and `writableEnded` are true as soon as they would be, and changing headers throws. Otherwise a second
 * `res.send` would put its length on the first one's body.
 */
export class Hold {
  readonly #res: NodeResponse;
  readonly #calls: HeadCall[] = [];
  readonly #reveal: () => void;

  constructor(res: NodeResponse, first: HeadCall) {
    this.#res = res;
    const status = first.method === "writeHead" ? Number(first.args[0]) : res.statusCode;
    const { statusCode, setHeader, appendHeader, removeHeader } = res as NodeResponse & { appendHeader?: unknown };
    // Assigned where that will do: defining a property costs a microsecond, on every response that waits.
    Object.assign(res, { statusCode: status, setHeader: tooLate, appendHeader: tooLate, removeHeader: tooLate });
    // Values, not a getter: each getter would give its response a hidden class of its own, which outlives it.
    const reveal = shadow(res, {
      headersSent: { value: true },
      writableNeedDrain: { value: false, writable: true },
      writableEnded: { value: false, writable: true },
      // The old name of `writableEnded`. Node works out `writableFinished` from it, and nothing has been sent yet.
      finished: { value: false, writable: true },
      writableFinished: { value: false },
    });
    // Named first, for the reason given at `gated` in node-gate.ts.
    const revealAll = () => {
      reveal();
      Object.assign(res, { statusCode, setHeader, appendHeader, removeHeader });
    };
    this.#reveal = revealAll;
  }

  /** Whether `end` is among the calls. */
  get ended(): boolean {
    return this.#calls.some(({ method }) => method === "end");
  }

  add(call: HeadCall): NodeResponse | boolean {
    // compression before 1.7.5 asks for the implicit head at every write, as it finds none.
    const again = call.method === "writeHead" && this.#calls.length > 0;
    if (again && call.args.length > 1) tooLate();
    if (!again) this.#calls.push(call);
    if (call.method === "end") this.#look({ writableEnded: true, finished: true, writableNeedDrain: false });
    else if (call.method === "write" && !this.ended) this.#look({ writableNeedDrain: true });
    return call.method === "write" ? false : this.#res;
  }

  #look(properties: Readonly<Record<string, boolean>>): void {
    Object.assign(this.#res, properties);
  }

  /** Ends the pretence; the calls are the caller's, who takes from the front what is done. */
  release(): HeadCall[] {
    this.#reveal();
    return this.#calls;
  }
}

function tooLate(): never {
  const error = new Error("Cannot change headers after they are sent to the client");
  throw Object.assign(error, { code: "ERR_HTTP_HEADERS_SENT" });
}
