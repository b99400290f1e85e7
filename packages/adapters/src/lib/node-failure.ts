import { type NodeResponse, refuse, shadow } from "./node-response.ts";

/** What describes the body that is not sent, or lets caches keep it. */
const ofTheBody = [
  "accept-ranges",
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-length",
  "content-location",
  "content-range",
  "content-type",
  "etag",
  "expires",
  "last-modified",
  "location",
  "trailer",
  "transfer-encoding",
];

/** Takes back what the handler made of the response, so that an error can be answered instead. */
export function takeBack(res: NodeResponse): void {
  for (const name of ofTheBody) {
    // Node frames no message itself once a header that isn't there has been removed.
    if (res.getHeader(name) !== undefined) res.removeHeader(name);
  }
  res.statusCode = 500;
  // Not set to undefined: that warns with HTTP/2, which has none.
  Reflect.deleteProperty(res, "statusMessage");
}

/** Answers an error that nobody else can answer: a bare 500, and a line on the console. */
export function answerFor(error: unknown, res: NodeResponse): void {
  console.error(error);
  answerBare(res);
}

/** What can still be said: a 500 without a body, or nothing but the end of a response that has begun. */
export function answerBare(res: NodeResponse): void {
  if (res.writableEnded) return;
  if (res.headersSent) {
    res.destroy();
    return;
  }
  takeBack(res);
  res.setHeader("content-length", "0");
  res.end();
}

/** For a handler that goes on writing a response which has been answered otherwise: nothing comes of it any more. */
export function shut(res: NodeResponse, error: unknown): void {
  const ignore = { value: () => res };
  const drop = (value: NodeResponse | boolean): PropertyDescriptor => ({
    value: (...args: unknown[]) => {
      refuse({ method: "write", args }, error);
      return value;
    },
  });
  shadow(res, {
    writeHead: ignore,
    setHeader: ignore,
    appendHeader: ignore,
    removeHeader: ignore,
    write: drop(false),
    end: drop(res),
  });
}
