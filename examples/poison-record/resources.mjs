// The tables, the function, the queue for failures, and the mapping that ties them together.
//
//   node resources.mjs      makes them all

import { CreateTableCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import {
  CreateEventSourceMappingCommand, CreateFunctionCommand, waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import { CreateQueueCommand, GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { fileURLToPath } from 'node:url';

import { dynamodb, lambda, sqs } from './clients.mjs';

// The table whose changes are followed. Old and new image: the handler sees what changed.
export async function createTables() {
  const orders = await dynamodb.send(new CreateTableCommand({
    TableName: 'Orders',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
  }));
  await dynamodb.send(new CreateTableCommand({
    TableName: 'Invoices',
    AttributeDefinitions: [{ AttributeName: 'order', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'order', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
  }));
  for (const TableName of ['Orders', 'Invoices']) {
    await waitUntilTableExists({ client: dynamodb, maxWaitTime: 30, minDelay: 1 }, { TableName });
  }
  return { streamArn: orders.TableDescription.LatestStreamArn };
}

// Where the account of a record goes that could not be handled.
export async function createQueue() {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'orders-failed' }));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  return { queueUrl: QueueUrl, queueArn: Attributes.QueueArn };
}

// "hot-reload" takes the code from a folder on disk: edit it, and the next new process has it.
export async function createFunction() {
  const { FunctionArn } = await lambda.send(new CreateFunctionCommand({
    FunctionName: 'print-invoices',
    Runtime: 'nodejs22.x',
    Handler: 'index.handler',
    Timeout: 10,
    Role: 'arn:aws:iam::000000000000:role/print-invoices',
    Code: {
      S3Bucket: 'hot-reload',
      S3Key: fileURLToPath(new URL('handler', import.meta.url)),
    },
  }));
  await waitUntilFunctionActiveV2(
    { client: lambda, maxWaitTime: 30, minDelay: 1 }, { FunctionName: 'print-invoices' });
  return { functionArn: FunctionArn };
}

// Batches of five. One that fails is split until the bad record stands alone; that one is tried
// twice more and then reported to the queue, and the stream goes on.
export async function createMapping({ streamArn, queueArn }) {
  const { UUID } = await lambda.send(new CreateEventSourceMappingCommand({
    EventSourceArn: streamArn,
    FunctionName: 'print-invoices',
    StartingPosition: 'TRIM_HORIZON',  // From the oldest record the stream still has.
    BatchSize: 5,
    BisectBatchOnFunctionError: true,
    MaximumRetryAttempts: 2,
    DestinationConfig: { OnFailure: { Destination: queueArn } },
  }));
  return { mappingId: UUID };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { streamArn } = await createTables();
  const { queueArn } = await createQueue();
  await createFunction();
  const { mappingId } = await createMapping({ streamArn, queueArn });
  console.log(`Orders -> print-invoices: mapping ${mappingId}; failures go to orders-failed`);
}
