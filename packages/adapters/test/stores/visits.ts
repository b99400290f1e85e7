import type { Sessions } from "@websession/core";

export const secrets = "a secret for the tests of stores, long enough";

export type Session = Awaited<ReturnType<Sessions["load"]>>;

export const request = (cookie?: string): Request =>
  new Request("https://example.com/", cookie ? { headers: { cookie } } : {});

/** The first one that a response sets, as the client sends it back. */
export const cookieOf = (response: Response): string => String(response.headers.getSetCookie()[0]?.split(";")[0]);

export function visit(
  sessions: Sessions,
  cookie: string | undefined,
  act: (session: Session) => unknown,
): Promise<Response> {
  return sessions.handle(request(cookie), async (session) => {
    await act(session);
    return new Response("ok");
  });
}
