import type { Subject } from "../measure/subject.ts";
import { oursOnFetch } from "./on-fetch.ts";
import { oursOnHono } from "./on-hono.ts";
import { oursOn } from "./ways.ts";

/** What runs in every runtime. */
export const oursPortable: readonly Subject[] = oursOn([oursOnHono, oursOnFetch]);
