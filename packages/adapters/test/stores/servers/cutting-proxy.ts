import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server } from "node:net";

/** Stands between a client and a server, and can take away an answer: the server has done it, the client can't know. */
export class CuttingProxy {
  readonly port: number;
  readonly #server: Server;
  #cutNext = false;

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  static async to(port: number): Promise<CuttingProxy> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const proxy = new CuttingProxy(server);
    server.on("connection", (client) => {
      const upstream = connect(port, "127.0.0.1");
      for (const [one, other] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        one.on("error", () => {}).on("close", () => other.destroy());
      }
      client.on("data", (bytes) => upstream.write(bytes));
      upstream.on("data", (bytes) => (proxy.#takeCut() ? client.destroy() : client.write(bytes)));
    });
    return proxy;
  }

  /** Closes the connection instead of passing on the next answer. */
  cutNextAnswer(): void {
    this.#cutNext = true;
  }

  #takeCut(): boolean {
    const cut = this.#cutNext;
    this.#cutNext = false;
    return cut;
  }

  close(): void {
    this.#server.close();
  }
}
