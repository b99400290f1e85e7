/** The Worker whose Durable Objects the tests in workerd use. */
export { WebsessionObject } from "../../src/stores/durable-object.ts";

export default { fetch: () => new Response("this Worker is only there for its Durable Objects") };
