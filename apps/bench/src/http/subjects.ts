import { onExpress, onNodeHttp } from "./connect.ts";
import { onFastify } from "./fastify.ts";
import { onHono } from "./hono.ts";
import type { HttpSubject } from "./subject.ts";

export const httpSubjects: readonly HttpSubject[] = [...onNodeHttp, ...onExpress, ...onFastify, ...onHono];
