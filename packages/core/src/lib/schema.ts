import { type Awaitable, andThen } from "./awaitable.ts";
import { SessionError } from "./errors.ts";
import type { RequestContext } from "./request.ts";
import type { Loaded } from "./session/loaded.ts";
import { copyOf } from "./token/rich-json.ts";

/** One fault that a validator found. */
interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

type Validated<Data> = { readonly value: Data; readonly issues?: undefined } | { readonly issues: readonly Issue[] };

/** A Standard Schema, version 1 (standardschema.dev), as zod, valibot, arktype and others have it. */
export interface DataSchema<Data> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => Awaitable<Validated<Data>>;
    readonly types?: { readonly input: unknown; readonly output: Data } | undefined;
  };
}

type Values = Readonly<Record<string, unknown>>;

/** Turns older data, as it was stored, into data that fits today's schema. */
export type Migrate<Data> = (old: Values) => Awaitable<Data>;

/** The schema of the data, and the function that adapts older data to it. */
export interface SchemaRules {
  readonly schema: DataSchema<object> | undefined;
  readonly migrate: Migrate<object> | undefined;
}

/** The session with the data that the schema or `migrate` returns. If both fail, a rejected one. Empty data always fits. */
export function validateLoaded(loaded: Loaded, rules: SchemaRules, context: RequestContext): Awaitable<Loaded> {
  const data = loaded.claims?.data ?? {};
  const { schema } = rules;
  return schema && Object.keys(data).length > 0 ? validate(schema, data, loaded, rules.migrate, context) : loaded;
}

async function validate(
  schema: DataSchema<object>,
  data: Values,
  loaded: Loaded,
  migrate: Migrate<object> | undefined,
  context: RequestContext,
): Promise<Loaded> {
  // `migrate` must get the data as it was stored, but a validator may change the object that it gets.
  const found = migrate ? (copyOf(data, "") as Values) : data;
  const result = await schema["~standard"].validate(data);
  if (!result.issues) return { ...loaded, validated: { ...result.value } };
  const { value: migrated, cause } = migrate ? await tryMigrate(schema, migrate, found) : {};
  if (migrated) return { ...loaded, migrated: { ...migrated } };
  context.emit({ type: "data-rejected", keys: [...new Set(result.issues.map(keyOf))], cause });
  if (loaded.client === "superseded") return { ...loaded, validated: {} };
  // The client keeps its token, like one of an unknown key: after a deploy with a wrong schema, the next can open it again.
  return { client: "rejected", ended: "rejected", stored: loaded.stored };
}

/** The application's `migrate` may throw: that must not fail the visitor's request. */
async function tryMigrate(
  { "~standard": { validate } }: DataSchema<object>,
  migrate: Migrate<object>,
  data: Values,
): Promise<{ value?: object; cause?: unknown }> {
  try {
    const result = await validate(await migrate(data));
    return result.issues ? {} : { value: result.value };
  } catch (cause) {
    return { cause };
  }
}

function keyOf({ path: [first] = [] }: Issue): string {
  return String(typeof first === "object" ? first.key : first);
}

/** Throws `ERR_INVALID_DATA` for data that the schema would not accept when it is loaded. */
export function checkData(schema: DataSchema<object> | undefined, data: Values): Awaitable<void> {
  if (!schema || Object.keys(data).length === 0) return;
  return andThen(schema["~standard"].validate(data), ({ issues }) => {
    if (!issues) return;
    const faults = issues.map((issue) => `${keyOf(issue)}: ${issue.message}`).join("; ");
    const cure = "Make keys optional that may be absent, or set them all in one request";
    throw new SessionError("ERR_INVALID_DATA", `The session's data doesn't fit the schema: ${faults}. ${cure}.`);
  });
}
