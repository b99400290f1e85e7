export { durableObjectStore } from "../lib/stores/durable-object.ts";
export type { SessionNamespace, SessionStub } from "../lib/stores/session-stub.ts";
export { WebsessionObject } from "../lib/stores/websession-object.ts";
