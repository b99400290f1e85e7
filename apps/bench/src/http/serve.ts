import type { AddressInfo } from "node:net";
import { httpSubjects } from "./subjects.ts";

/** The program of a server process: serves the subject whose number it is given, and tells its parent the ports. */
console.error = () => {};
process.on("disconnect", () => process.exit());
const open = httpSubjects[Number(process.argv[2])]?.open();
const servers = open && (await Promise.all([open("fill"), open("read")]));
process.send?.(servers?.map((server) => (server.address() as AddressInfo).port));
