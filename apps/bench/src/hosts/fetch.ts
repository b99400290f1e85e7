import type { Answer, Serve } from "../measure/subject.ts";

/** A fetch handler. */
export function onFetch(handler: (request: Request) => Response | Promise<Response>): Serve {
  return async (cookie) =>
    answerOf(await handler(new Request("https://localhost/", cookie === undefined ? {} : { headers: { cookie } })));
}

function answerOf(response: Response): Answer {
  return { text: () => response.text(), setCookies: () => response.headers.getSetCookie() };
}
