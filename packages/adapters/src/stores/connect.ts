export { type ConnectStoreLike, connectStore } from "../lib/stores/connect.ts";
export type { ConnectCookie, ConnectSession } from "../lib/stores/connect-session.ts";
