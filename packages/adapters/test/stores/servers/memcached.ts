import { isMissing, type Program, ServerProcess } from "./server-process.ts";

export const noMemcached: boolean = isMissing("memcached", "memcached");

const program = (options: string[]): Program => ({
  command: "memcached",
  args: (port) => ["-u", "nobody", "-l", "127.0.0.1", "-p", `${port}`, "-U", "0", ...options],
  greeting: ["version", "VERSION"],
});

/** A memcached of the test's own, with options of memcached. */
export function startMemcached(...options: string[]): Promise<ServerProcess> {
  return ServerProcess.start(program(options));
}
