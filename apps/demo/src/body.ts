import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";

/** Whatever the content type says: it is not what keeps other sites out, and `curl -d` gets it wrong. */
export async function readJson(c: Context): Promise<unknown> {
  try {
    return JSON.parse(await c.req.text());
  } catch {
    throw badRequest("The body must be JSON.");
  }
}

export async function readForm(c: Context): Promise<FormData> {
  try {
    return await c.req.formData();
  } catch {
    throw badRequest("The body must be a form.");
  }
}

/** Forms are answered with a page, everything else with JSON. */
export function isForm(c: Context): boolean {
  const type = c.req.header("content-type") ?? "";
  return /^(?:application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(type);
}

export function badRequest(message: string): HTTPException {
  return new HTTPException(400, { message });
}
