import type { Subject } from "../measure/subject.ts";
import { oursOnNode } from "./on-node.ts";
import { oursPortable } from "./portable.ts";
import { oursOn } from "./ways.ts";

export const ours: readonly Subject[] = [...oursOn([oursOnNode]), ...oursPortable];
