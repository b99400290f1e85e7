export { type EncryptedOptions, encrypted } from "./lib/token/encrypted.ts";
