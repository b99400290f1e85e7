import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";

export interface DynamoServer {
  readonly endpoint: string;
  readonly client: DynamoDB;
  stop(): void;
}

/** Whoever asks may: dynalite wants to see credentials, and does not check them. */
const access = { region: "us-east-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } };

/** A DynamoDB of the test's own, with the table of the docs. */
export async function startDynamo(table: string): Promise<DynamoServer> {
  const server = dynalite({ createTableMs: 0 });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new DynamoDB({ endpoint, ...access });
  await createTable(client, table);
  const stop = () => {
    client.destroy();
    server.close();
  };
  return { endpoint, client, stop };
}

async function createTable(client: DynamoDB, table: string): Promise<void> {
  await client.createTable({
    TableName: table,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [
      { AttributeName: "id", AttributeType: "S" },
      { AttributeName: "owner", AttributeType: "S" },
    ],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    GlobalSecondaryIndexes: [
      {
        IndexName: "owner",
        KeySchema: [{ AttributeName: "owner", KeyType: "HASH" }],
        Projection: { ProjectionType: "KEYS_ONLY" },
      },
    ],
  });
  while ((await client.describeTable({ TableName: table })).Table?.TableStatus !== "ACTIVE");
}
