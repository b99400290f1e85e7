import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server } from "node:net";

/** Stands between a client and a server and counts round trips: how often the client spoke after the server had. */
export class TurnCounter {
  readonly port: number;
  readonly #server: Server;
  #turns = 0;
  #clientSpeaks = false;

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  static async to(port: number): Promise<TurnCounter> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const counter = new TurnCounter(server);
    server.on("connection", (client) => {
      const upstream = connect(port, "127.0.0.1");
      client.on("error", () => {}).on("close", () => upstream.destroy());
      upstream.on("error", () => {}).on("close", () => client.destroy());
      client.on("data", (bytes) => {
        counter.#note(true);
        upstream.write(bytes);
      });
      upstream.on("data", (bytes) => {
        counter.#note(false);
        client.write(bytes);
      });
    });
    return counter;
  }

  /** Round trips while something runs; meaningful where nothing else does. */
  async during(run: () => Promise<unknown>): Promise<number> {
    const before = this.#turns;
    await run();
    return this.#turns - before;
  }

  close(): void {
    this.#server.close();
  }

  #note(clientSpeaks: boolean): void {
    if (clientSpeaks && !this.#clientSpeaks) this.#turns++;
    this.#clientSpeaks = clientSpeaks;
  }
}
