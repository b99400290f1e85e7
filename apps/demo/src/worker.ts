import { createApp } from "./app.ts";
import { type Settings, sessionsFrom } from "./settings.ts";

const app = createApp((env) => sessionsFrom(env));

// A secret made here instead would differ from isolate to isolate, and log people out at random.
const missing = "SESSION_SECRET is not set. Make it known with: npx wrangler secret put SESSION_SECRET\n";

export default {
  fetch(request: Request, env: Settings): Response | Promise<Response> {
    return env.SESSION_SECRET ? app.fetch(request, env) : new Response(missing, { status: 500 });
  },
};
