export { type EncryptedOptions, encrypted } from "./lib/encrypted.ts";
