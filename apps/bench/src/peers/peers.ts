import type { Subject } from "../measure/subject.ts";
import { cookieSessionPeer } from "./cookie-session.ts";
import { expressSessionPeer } from "./express-session.ts";
import { fastifySecureSessionPeer } from "./fastify-secure-session.ts";
import { ironSessionOnNode } from "./iron-session.ts";
import { portablePeers } from "./portable.ts";

export const peers: readonly Subject[] = [
  cookieSessionPeer,
  expressSessionPeer,
  fastifySecureSessionPeer,
  ironSessionOnNode,
  ...portablePeers,
];
