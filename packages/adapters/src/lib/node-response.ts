/** What is used of a response: `ServerResponse` of `node:http` and `Http2ServerResponse` of `node:http2` both have it. */
export interface NodeResponse {
  statusCode: number;
  readonly headersSent: boolean;
  readonly writableEnded: boolean;
  getHeader(name: string): number | string | string[] | undefined;
  setHeader(name: string, value: string | readonly string[]): unknown;
  removeHeader(name: string): void;
  writeHead(...args: never[]): unknown;
  /** There in `Http2ServerResponse` too, but not in its types. */
  flushHeaders?(): unknown;
  write(...args: never[]): boolean;
  end(...args: never[]): unknown;
  emit(event: string): boolean;
  destroy(): unknown;
}

/** The methods that send a response's head, or presuppose it. */
export type HeadMethod = "writeHead" | "flushHeaders" | "write" | "end";

/** A call of one of them, kept until the head may go. */
export interface HeadCall {
  readonly method: HeadMethod;
  args: readonly unknown[];
}

/** Tells the caller of `write` or `end` that nothing came of it. */
export function refuse({ args }: HeadCall, error: unknown): void {
  const callback = args.findLast((arg) => typeof arg === "function");
  if (callback !== undefined) process.nextTick(callback, error);
}

/** Puts own properties in front of an object's; the function that comes back takes them away again. */
export function shadow(target: object, properties: Readonly<Record<string, PropertyDescriptor>>): () => void {
  const before = Object.keys(properties).map((name) => [name, Object.getOwnPropertyDescriptor(target, name)] as const);
  for (const [name, property] of Object.entries(properties)) {
    Object.defineProperty(target, name, { ...property, configurable: true });
  }
  return () => {
    for (const [name, own] of before) {
      if (own === undefined) Reflect.deleteProperty(target, name);
      else Object.defineProperty(target, name, own);
    }
  };
}
