/** What is used of the runtime's own module. Not published: a Worker brings its types, from `wrangler types` or @cloudflare/workers-types. */
declare module "cloudflare:workers" {
  export abstract class DurableObject {
    protected readonly ctx: { readonly storage: import("./object-storage.ts").ObjectStorage };
    constructor(ctx: DurableObject["ctx"], env: unknown);
    alarm?(): Promise<void>;
  }
}
