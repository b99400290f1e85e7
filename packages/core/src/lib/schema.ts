import { type Awaitable, andThen } from "./awaitable.ts";
import type { Config } from "./config.ts";
import { SessionError } from "./errors.ts";
import type { Loaded, RequestLike } from "./load.ts";
import type { SessionState } from "./session/session-state.ts";

/** What a validator found wrong. */
interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

type Validated<Data> = { readonly value: Data; readonly issues?: undefined } | { readonly issues: readonly Issue[] };

/** A Standard Schema, version 1 (standardschema.dev): zod, valibot, arktype and others make them. */
export interface DataSchema<Data> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => Awaitable<Validated<Data>>;
    readonly types?: { readonly input: unknown; readonly output: Data } | undefined;
  };
}

type Values = Readonly<Record<string, unknown>>;

/** Makes today's data of older data, given as it was found. */
export type Migrate<Data> = (old: Values) => Awaitable<Data>;

/** The session with the data that the schema makes of it, or else `migrate`; none where neither can. An empty one always fits. */
export function fit(loaded: Loaded, request: RequestLike, config: Config): Awaitable<Loaded> {
  const data = loaded.claims?.d ?? {};
  return config.schema && Object.keys(data).length > 0 ? fitTo(config.schema, data, loaded, request, config) : loaded;
}

async function fitTo(
  schema: DataSchema<object>,
  data: Values,
  loaded: Loaded,
  request: RequestLike,
  { migrate, onEvent }: Config,
): Promise<Loaded> {
  const found = await schema["~standard"].validate(data);
  if (!found.issues) return { ...loaded, fitted: { ...found.value } };
  const { value: migrated, cause } = migrate ? await attempt(schema, migrate, data) : {};
  if (migrated) return { ...loaded, migrated: { ...migrated } };
  onEvent({ type: "data-rejected", keys: [...new Set(found.issues.map(keyOf))], cause }, request);
  // Its token is left alone, like one of an unknown key: the deploy after a wrong one shall find it.
  return { client: "rejected" };
}

/** The application's own function may fail as well, and that is not the visitor's fault. */
async function attempt(
  { "~standard": { validate } }: DataSchema<object>,
  migrate: Migrate<object>,
  data: Values,
): Promise<{ value?: object; cause?: unknown }> {
  try {
    const found = await validate(await migrate(data));
    return found.issues ? {} : { value: found.value };
  } catch (cause) {
    return { cause };
  }
}

function keyOf({ path: [first] = [] }: Issue): string {
  return String(typeof first === "object" ? first.key : first);
}

/** Throws `ERR_INVALID_DATA` for what the schema would not take back. */
export function checkData({ config, values }: SessionState): Awaitable<void> {
  if (!config.schema || values.size === 0) return;
  return andThen(config.schema["~standard"].validate(values.toObject()), ({ issues }) => {
    if (!issues) return;
    const faults = issues.map((issue) => `${keyOf(issue)}: ${issue.message}`).join("; ");
    const cure = "Make keys optional that may be absent, or set them all in one request";
    throw new SessionError("ERR_INVALID_DATA", `The session's data doesn't fit the schema: ${faults}. ${cure}.`);
  });
}
