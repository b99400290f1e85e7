import type { Subject } from "../measure/subject.ts";
import { h3Peer } from "./h3.ts";
import { honoSessionPeers } from "./hono-session.ts";
import { honoSessionsPeers } from "./hono-sessions.ts";
import { ironSessionOnFetch } from "./iron-session.ts";
import { reactRouterPeers } from "./react-router.ts";
import { remixPeers } from "./remix.ts";

/** Those on WebCrypto and `fetch`, which run in every runtime. */
export const portablePeers: readonly Subject[] = [
  ironSessionOnFetch,
  ...honoSessionsPeers,
  ...honoSessionPeers,
  ...remixPeers,
  ...reactRouterPeers,
  h3Peer,
];
