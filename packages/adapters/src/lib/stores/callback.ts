/** Node's kind of callback: with an error, or with a result. */
export type Callback = (error?: unknown, result?: unknown) => void;

/** Calls a function that ends in a callback. Of several calls of the callback the first counts. */
export function resultOf(call: (callback: Callback) => unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const returned = call((error, result) => (error ? reject(toError(error)) : resolve(result)));
    // Only a rejection counts: some promises resolve before the callback is called. Other thenables may be queries, which `then`
    // would run once more.
    if (returned instanceof Promise) returned.catch(reject);
  });
}

function toError(error: unknown): unknown {
  return typeof error === "string" ? new Error(error) : error;
}
