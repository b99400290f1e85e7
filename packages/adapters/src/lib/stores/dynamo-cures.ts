import { cureForConnection } from "./cures.ts";

const slower = "The table takes no more requests for now: raise its capacity, or let it be billed by the request";

/** What DynamoDB and the SDK say, and what to do about it. */
const cures = new Map([
  [
    "ResourceNotFoundException",
    "Create the table and its index by owner as docs/stores.md shows, in this account and region",
  ],
  [
    "AccessDeniedException",
    "The role needs dynamodb:GetItem, PutItem, UpdateItem, DeleteItem and Query on the table and its index",
  ],
  [
    "CredentialsProviderError",
    "Give the process credentials of AWS: a role, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
  ],
  ["ProvisionedThroughputExceededException", slower],
  ["ThrottlingException", slower],
]);

/** What to do about an error of DynamoDB or of its client, in one sentence. */
export function cureForDynamo(error: unknown): string | undefined {
  return cureForConnection(error) ?? cures.get(error instanceof Error ? error.name : "");
}
