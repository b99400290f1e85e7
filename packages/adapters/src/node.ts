export { type NodeMiddleware, type SessionMiddlewareOptions, type SessionRequest, session } from "./lib/node.ts";
export { withSession } from "./lib/node-handler.ts";
export { nodeHmac } from "./lib/node-hmac.ts";
export type { Next } from "./lib/node-next.ts";
export type { NodeRequest } from "./lib/node-request.ts";
export type { NodeResponse } from "./lib/node-response.ts";
