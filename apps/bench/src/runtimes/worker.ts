import type { Candidate } from "../measure/measure.ts";
import { portableCandidates } from "./candidates.ts";

let candidates: Candidate[] | undefined;

/**
 * The Worker: `?name=...&count=...&inFlight=...` does so many of a candidate; without a name it lists them.
 *
 * Its clock stands still while it computes, so that whoever asks has to take the time.
 */
export default {
  async fetch(request: Request): Promise<Response> {
    candidates ??= await portableCandidates();
    const { searchParams } = new URL(request.url);
    const [count, inFlight] = [Number(searchParams.get("count")), Number(searchParams.get("inFlight"))];
    if (!searchParams.has("name")) return Response.json(candidates.map(({ name }) => name));
    await candidates.find(({ name }) => name === searchParams.get("name"))?.time(count, inFlight);
    return new Response(null);
  },
};
