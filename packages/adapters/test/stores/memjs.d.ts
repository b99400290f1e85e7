/** memjs brings no types; these are the ones of `@types/memjs` that a store and its test use. */
declare module "memjs" {
  interface Options {
    readonly failover?: boolean;
    readonly timeout?: number;
    readonly logger?: { log(message: string): void };
  }

  class Client {
    static create(servers: string, options?: Options): Client;
    readonly seq: number;
    readonly options: { readonly failover?: boolean };
    incrSeq(): void;
    perform(
      key: string,
      request: Uint8Array,
      seq: number,
      callback?: (error: Error | null, ...args: never[]) => void,
      retries?: number,
    ): void;
    get(key: string): Promise<{ value: Uint8Array | null }>;
    set(key: string, value: string, options: { expires: number }): Promise<boolean>;
    close(): void;
  }

  const memjs: { readonly Client: typeof Client };
  export default memjs;
}
