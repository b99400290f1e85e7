import { type Session, SessionError } from "@websession/core";
import type { NodeRequest } from "./node-request.ts";

/** Puts a session on a request, at a property that can't be assigned by mistake. */
export type ExposeSession<Data extends object> = (req: NodeRequest, session: Session<Data>) => void;

/** Makes the property of that name. */
export function sessionProperty<Data extends object>(name: string): ExposeSession<Data> {
  const kept: unique symbol = Symbol.for(`@websession/adapters/node req.${name}`);
  type Holder = { [kept]?: Session<Data> };
  // One getter for all requests: with one of its own, each request would have a hidden class of its own, which outlives it.
  const property: PropertyDescriptor & ThisType<Holder> = {
    configurable: true,
    enumerable: true,
    get() {
      return this[kept];
    },
    set(value: unknown) {
      throw assigned(name, value);
    },
  };
  return (req: NodeRequest & Holder, session) => {
    // Mounted twice. What other middleware has made of the property meanwhile stays.
    if (req[kept] === session) return;
    const present: unknown = Reflect.get(req, name);
    if (present !== undefined && present !== null) throw taken(name);
    req[kept] = session;
    Object.defineProperty(req, name, property);
  };
}

/** express-session and cookie-session end a session by assigning null, or replace it by assigning data. */
function assigned(name: string, value: unknown): SessionError {
  const message =
    value === null || value === undefined
      ? `req.${name} = ${value} does not end the session. Call req.${name}.destroy().`
      : `req.${name} can't be replaced. Call req.${name}.set(key, value) to keep a value, req.${name}.destroy() to end the ` +
        `session. If another library needs req.${name}, give this session another property: session(sessions, { name: "..." }).`;
  return new SessionError("ERR_INVALID_ARGUMENT", message);
}

function taken(name: string): SessionError {
  return new SessionError(
    "ERR_INVALID_OPTION",
    `req.${name} exists already, from other middleware or from Node. Each session needs a property of its own. ` +
      'Give this one another name: session(sessions, { name: "..." }).',
  );
}
