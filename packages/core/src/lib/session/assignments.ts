/**
 * Makes every assignment to a property of a session throw. Freezing alone is not enough: outside of strict mode JavaScript
 * ignores an assignment to a frozen property, and the application would believe that the session keeps its value.
 *
 * Members become accessors whose setter throws. The prototype gets a proxy as its own prototype. JavaScript asks that proxy
 * only about properties that a session does not have, so calls of members are as fast as before.
 */
export function refuseAssignments({ prototype }: { readonly prototype: object }): void {
  for (const key of Reflect.ownKeys(prototype)) {
    const member = Object.getOwnPropertyDescriptor(prototype, key) as PropertyDescriptor;
    // All visitors would share what a library hangs on a method. `constructor` is the class: this freezes it too.
    Object.freeze(member.value);
    const { get = () => member.value, set = () => refuse(key) } = member;
    if (key !== "constructor") Object.defineProperty(prototype, key, { get, set });
  }
  // Every `await` looks for `then`. The proxy is slower than a property that is undefined.
  // biome-ignore lint/suspicious/noThenProperty: it is no function, so a session is no thenable.
  Object.defineProperty(prototype, "then", { get: () => undefined, set: () => refuse("then") });
  Object.setPrototypeOf(prototype, new Proxy({}, { set: (_target, key) => refuse(key) }));
  Object.freeze(prototype);
}

/** A TypeError, because that is what JavaScript throws in strict mode. */
function refuse(key: string | symbol): never {
  const name = String(key);
  const text = JSON.stringify(name);
  const cure = `Write session.set(${text}, value), and session.get(${text}) to read it`;
  throw new TypeError(`session.${name} can't be assigned: a session does not keep properties. ${cure}.`);
}
