import type { SessionOptions } from "@websession/core";
import type { Payload } from "../measure/payload.ts";
import type { Action, Host, Serve } from "../measure/subject.ts";

/** How this library is used with a host. */
export interface OurHost {
  readonly host: Host;
  readonly serve: (options: SessionOptions, action: Action, values?: Partial<Payload>) => Serve;
}
