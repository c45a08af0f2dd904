// What the tests need made: tables, functions from a few lines of code, mappings, queues.

import {
  BatchWriteItemCommand, CreateTableCommand, DescribeTableCommand, PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand, GetRecordsCommand, GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import {
  CreateEventSourceMappingCommand, CreateFunctionCommand, GetEventSourceMappingCommand,
  GetFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import {
  CreateQueueCommand, DeleteMessageCommand, GetQueueAttributesCommand, ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

// Asks until the answer is true. The pause is between questions, for what can only be asked.
export async function until(question, seconds = 20) {
  for (const deadline = Date.now() + seconds * 1000; Date.now() < deadline; await pause(20)) {
    const answer = await question();
    if (answer) return answer;
  }
  throw new Error(`it did not come to pass within ${seconds} s: ${question}`);
}

// A table with the key `id`, and a stream; gives the ARN of the stream.
export async function createTable(
  server, name = 'Things', view = 'NEW_AND_OLD_IMAGES', key = 'id', settings = {},
) {
  await server.dynamodb.send(new CreateTableCommand({
    TableName: name,
    AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
    KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
    StreamSpecification: { StreamEnabled: true, StreamViewType: view },
    ...settings,
  }));
  const table = await until(async () => {
    const { Table } = await server.dynamodb.send(new DescribeTableCommand({ TableName: name }));
    return Table.TableStatus === 'ACTIVE' && Table;
  });
  return table.LatestStreamArn;
}

export async function putItem(server, Item, TableName = 'Things') {
  return await server.dynamodb.send(new PutItemCommand({ TableName, Item }));
}

// Puts items named by their numbers in one request; `poisoned` are marked so.
export async function putNumbered(server, numbers, poisoned = [], table = 'Things') {
  for (let at = 0; at < numbers.length; at += 25) {
    await server.dynamodb.send(new BatchWriteItemCommand({ RequestItems: {
      [table]: numbers.slice(at, at + 25).map((number) => ({ PutRequest: { Item: {
        id: { S: String(number) },
        ...(poisoned.includes(number) && { poisoned: { BOOL: true } }),
      } } })),
    } }));
  }
}

// All records of a stream, shard after shard as they are listed.
export async function readStream(server, StreamArn) {
  const records = [];
  const { StreamDescription } = await server.streams.send(new DescribeStreamCommand({ StreamArn }));
  for (const { ShardId } of StreamDescription.Shards) {
    let { ShardIterator } = await server.streams.send(new GetShardIteratorCommand(
      { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }));
    while (ShardIterator) {
      const page = await server.streams.send(new GetRecordsCommand({ ShardIterator }));
      if (page.Records.length === 0) break;
      records.push(...page.Records.map((record) => ({ ...record, ShardId })));
      ShardIterator = page.NextShardIterator;
    }
  }
  return records;
}

// A function whose code is in a folder of its own, given as `files`: name -> text. It finds the name
// of a file for its notes in EVENTS.
export async function createFunction(server, folder, { name = 'f', files, ...settings }) {
  const code = join(folder, `code-${name}`);
  await mkdir(code, { recursive: true });
  for (const [file, text] of Object.entries(files)) {
    await writeFile(join(code, file), text);
    if (file === 'bootstrap') await chmod(join(code, file), 0o755);
  }
  const { Variables = {}, ...others } = settings;
  await server.lambda.send(new CreateFunctionCommand({
    FunctionName: name,
    Role: 'arn:aws:iam::000000000000:role/test',
    Runtime: 'nodejs22.x',
    Handler: 'index.handler',
    Timeout: 10,
    Environment: { Variables: { EVENTS: join(folder, `events-${name}`), ...Variables } },
    Code: { S3Bucket: 'hot-reload', S3Key: code },
    ...others,
  }));
  await functionIsActive(server, name);
  return {
    // The notes so far, one JSON text a line.
    notes: async () => {
      const path = join(folder, `events-${name}`);
      if (!existsSync(path)) return [];
      return (await readFile(path, 'utf8')).trimEnd().split('\n');
    },
  };
}

export async function functionIsActive(server, FunctionName) {
  await until(async () => {
    const { State } =
      await server.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    return State === 'Active';
  });
}

// A Node handler that notes the ids of each batch, and fails on a batch that has a poisoned item.
export const noteIds = {
  'index.js': `
    const { appendFileSync } = require('node:fs');
    exports.handler = async (event) => {
      const images = event.Records.map(({ dynamodb }) => dynamodb.NewImage);
      appendFileSync(process.env.EVENTS, JSON.stringify(images.map(({ id }) => id.S)) + '\\n');
      if (images.some(({ poisoned }) => poisoned)) throw new Error('poisoned');
    };`,
};

export async function createMapping(server, streamArn, { FunctionName = 'f', ...settings } = {}) {
  const { UUID } = await server.lambda.send(new CreateEventSourceMappingCommand({
    EventSourceArn: streamArn,
    FunctionName,
    StartingPosition: 'TRIM_HORIZON',
    ...settings,
  }));
  return UUID;
}

export async function mappingIsIn(server, UUID, state) {
  return await until(async () => {
    const mapping = await server.lambda.send(new GetEventSourceMappingCommand({ UUID }));
    return mapping.State === state && mapping;
  });
}

export async function createQueue(server, QueueName = 'failures') {
  const { QueueUrl } = await server.sqs.send(new CreateQueueCommand({ QueueName }));
  const { Attributes } = await server.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  return { url: QueueUrl, arn: Attributes.QueueArn };
}

// Takes all messages out of a queue: their bodies, decoded.
export async function takeMessages(server, QueueUrl) {
  const bodies = [];
  for (;;) {
    const { Messages = [] } = await server.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    if (Messages.length === 0) return bodies;
    for (const { Body, ReceiptHandle } of Messages) {
      bodies.push(JSON.parse(Body));
      await server.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
}
