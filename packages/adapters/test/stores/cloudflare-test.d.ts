/** What the tests use of @cloudflare/vitest-plugin: its own types need those of all of Workers. */
declare module "cloudflare:test" {
  type Stub = import("../../src/stores/durable-object.ts").SessionStub;
  interface State {
    readonly storage: {
      list(): Promise<Map<string, unknown>>;
      getAlarm(): Promise<number | null>;
    };
  }

  export function runInDurableObject<R>(
    stub: Stub,
    callback: (instance: object, state: State) => Promise<R>,
  ): Promise<R>;
  /** False where none was set. */
  export function runDurableObjectAlarm(stub: Stub): Promise<boolean>;
  export function evictDurableObject(stub: Stub): Promise<void>;
}
