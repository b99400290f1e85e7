import type { Sessions } from "@websession/core";

/**
 * Either the sessions themselves, or how to make them of the environment: on Cloudflare Workers secrets arrive with `env`.
 * It is called once per environment, not per request.
 */
export type SessionsSource<Data extends object, Env> = Sessions<Data> | ((env: Env) => Sessions<Data>);

/** By factory, then by environment: a factory that is given to two middlewares makes the same sessions for both. */
const madeBy = new WeakMap<object, WeakMap<object, unknown>>();

/** The sessions of an environment, made when first asked for. */
export function perEnvironment<Data extends object, Env>(
  source: SessionsSource<Data, Env>,
): (env: Env) => Sessions<Data> {
  if (typeof source !== "function") return () => source;
  const made = madeBy.get(source) ?? new WeakMap<object, unknown>();
  madeBy.set(source, made);
  return (env) => {
    const key = environmentKey(env);
    // The map holds only what this very factory has made.
    const sessions = (made.get(key) as Sessions<Data> | undefined) ?? source(env);
    made.set(key, sessions);
    return sessions;
  };
}

function environmentKey(env: unknown): object {
  if (typeof env === "object" && env !== null) return env;
  throw new TypeError(
    `@websession/adapters: the factory of sessions needs an environment object, but got ${env === null ? "null" : typeof env}. ` +
      "On runtimes without one, give the sessions themselves instead of a function.",
  );
}
