export { type DynamoStoreOptions, dynamoStore } from "../lib/stores/dynamo.ts";
export type { DynamoDocument } from "../lib/stores/dynamo-document.ts";
