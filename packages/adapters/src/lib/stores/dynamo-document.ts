import type { SessionRecord } from "@websession/core";

type Attributes = Record<string, unknown>;

interface TableInput {
  readonly TableName: string;
}

interface KeyInput extends TableInput {
  readonly Key: { id: string };
}

interface ConditionInput {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeValues: Attributes;
}

interface QueryInput extends TableInput {
  readonly IndexName: string;
  readonly KeyConditionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues: Attributes;
  readonly ExclusiveStartKey?: Attributes;
}

interface Page {
  Items?: Attributes[] | undefined;
  LastEvaluatedKey?: Attributes | undefined;
}

/** What is used of `DynamoDBDocument` from @aws-sdk/lib-dynamodb. */
export interface DynamoDocument {
  get(input: KeyInput & { ConsistentRead: boolean }): Promise<{ Item?: Attributes | undefined }>;
  put(input: TableInput & ConditionInput & { Item: Attributes }): Promise<unknown>;
  update(input: KeyInput & ConditionInput & { UpdateExpression: string }): Promise<unknown>;
  delete(input: KeyInput): Promise<unknown>;
  query(input: QueryInput): Promise<Page>;
}

/** An attribute that is undefined is refused; one that is not there is not. */
export function itemOf(id: string, record: SessionRecord, writeId: string): Attributes {
  const { owner, ...rest } = record;
  return { ...rest, ...(owner !== undefined && { owner }), id, writeId };
}

export function recordOf(item: Attributes): SessionRecord {
  return {
    version: Number(item.version),
    data: String(item.data),
    owner: item.owner === undefined ? undefined : String(item.owner),
    createdAt: Number(item.createdAt),
    usedAt: Number(item.usedAt),
    expiresAt: Number(item.expiresAt),
  };
}

/** False where the condition did not hold. Rejects for any other failure. */
export async function conditionHeld(request: Promise<unknown>): Promise<boolean> {
  try {
    await request;
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === "ConditionalCheckFailedException") return false;
    throw error;
  }
}
