export { nodeHmac } from "./lib/node-hmac.ts";
