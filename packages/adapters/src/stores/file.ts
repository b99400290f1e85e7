export { type FileStoreOptions, fileStore } from "../lib/stores/file.ts";
