import type { Sessions } from "@websession/core";

/**
 * Either the sessions themselves, or how to make them of the environment: on Cloudflare Workers secrets arrive with `env`.
 * It is called once per environment, not per request.
 */
export type SessionsSource<Data extends object, Env> = Sessions<Data> | ((env: Env) => Sessions<Data>);

/** The sessions of an environment, made when first asked for. */
export function perEnvironment<Data extends object, Env>(
  source: SessionsSource<Data, Env>,
): (env: Env) => Sessions<Data> {
  if (typeof source !== "function") return () => source;
  const made = new WeakMap<object, Sessions<Data>>();
  return (env) => {
    const key = environmentKey(env);
    const sessions = made.get(key) ?? source(env);
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
