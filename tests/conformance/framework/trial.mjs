// The `t` of a case: makes tables, queues and mappings, asks, compares, and takes everything away again.

import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import {
  CreateEventSourceMappingCommand,
  DeleteEventSourceMappingCommand,
  GetEventSourceMappingCommand,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3';
import { CreateTopicCommand, DeleteTopicCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

import { Mapping } from './mapping.mjs';
import { Queue } from './queue.mjs';
import { Failure } from './refusal.mjs';
import { undoAll } from './suite.mjs';
import { Table } from './table.mjs';
import { withoutMetadata } from './reply.mjs';

export class Trial {
  #made = [];
  #names = 0;

  constructor(suite, { id }) {
    this.suite = suite;
    this.prefix = `conformance-${suite.run}-${id.replaceAll('.', '-')}`;
  }

  // ---- asking and comparing

  async lambda(command) {
    return await this.suite.send(this.suite.lambda, command);
  }
  async dynamodb(command) {
    return await this.suite.send(this.suite.dynamodb, command);
  }
  async sqs(command) {
    return await this.suite.send(this.suite.sqs, command);
  }

  equal(actual, expected, message) {
    assert.deepStrictEqual(plain(actual), plain(expected), message);
  }

  ok(condition, message, actual) {
    if (!condition) throw new Failure(message, 'as said', actual);
  }

  match(text, pattern, message) {
    if (!pattern.test(text ?? ''))
      throw new Failure(message ?? 'the text is another', String(pattern), text);
  }

  async eventually(question, options) {
    return await this.suite.eventually(question, options);
  }

  // Gives what should not happen the time to happen.
  async quiet(seconds = 1) {
    await this.pause(seconds * Math.min(this.suite.options.patience, 15));
  }

  async pause(seconds) {
    await pause(seconds * 1000, undefined, { signal: this.suite.signal });
  }

  // The call must be refused, with this name and text.
  async refused(call, name, message, status) {
    let answer;
    try {
      answer = await call;
    } catch (error) {
      if (!error.$metadata) throw error;
      const text =
        message instanceof RegExp
          ? (error.message?.match(message)?.[0] ?? error.message)
          : error.message;
      const expected = { name, message: message instanceof RegExp ? text : message };
      if (message instanceof RegExp && !message.test(error.message ?? ''))
        expected.message = String(message);
      this.equal(
        {
          name: error.name,
          message: text,
          ...(status && { status: error.$metadata.httpStatusCode }),
        },
        { ...expected, ...(status && { status }) },
        'it is refused otherwise',
      );
      return error;
    }
    throw new Failure('it is accepted', `${name}: ${message}`, withoutMetadata(answer));
  }

  // A name of its own for something, at most so long.
  name(suffix, length = 80) {
    this.#names += 1;
    const end = `-${this.#names}-${suffix}`;
    return this.prefix.slice(0, length - end.length) + end;
  }

  later(undo) {
    this.#made.push(undo);
  }

  async function(name = 'main') {
    return await this.suite.shared(name);
  }

  // A function of the case's own, where its settings matter.
  async ownFunction(settings = {}) {
    return await this.suite.createFunction(
      this.name('f', 64),
      { Timeout: 20, ...settings },
      (undo) => this.later(undo),
    );
  }

  async openGate(name) {
    await this.suite.openGate(`${this.prefix} ${name}`);
  }

  // What a record carries to have the function wait for the gate.
  gate(name) {
    return { gate: `${this.prefix} ${name}` };
  }

  // ---- tables

  async table({ view = 'NEW_AND_OLD_IMAGES', key = 'pk sk', ...settings } = {}) {
    const TableName = this.name('table');
    const attributes = key.split(' ');
    const { TableDescription } = await this.dynamodb(
      new CreateTableCommand({
        TableName,
        AttributeDefinitions: attributes.map((AttributeName) => ({
          AttributeName,
          AttributeType: 'S',
        })),
        KeySchema: attributes.map((AttributeName, at) => ({
          AttributeName,
          KeyType: at === 0 ? 'HASH' : 'RANGE',
        })),
        BillingMode: 'PAY_PER_REQUEST',
        StreamSpecification: { StreamEnabled: true, StreamViewType: view },
        ...settings,
      }),
    );
    this.later(() => this.suite.dynamodb.send(new DeleteTableCommand({ TableName })));
    await this.#active(TableName);
    return new Table(this, TableName, TableDescription.LatestStreamArn);
  }

  async #active(TableName) {
    await this.eventually(
      async () => {
        const { Table: table } = await this.dynamodb(new DescribeTableCommand({ TableName }));
        return table.TableStatus === 'ACTIVE';
      },
      { seconds: 30, what: `${TableName} is active` },
    );
  }

  async disableStream(table) {
    await this.dynamodb(
      new UpdateTableCommand({
        TableName: table.name,
        StreamSpecification: { StreamEnabled: false },
      }),
    );
    await this.#active(table.name);
  }

  // ---- queues, topics, buckets

  async queue({ fifo = false, ...Attributes } = {}) {
    const QueueName = fifo ? `${this.name('queue', 75)}.fifo` : this.name('queue');
    const { QueueUrl } = await this.sqs(
      new CreateQueueCommand({
        QueueName,
        Attributes: {
          // Not shorter than the time-out of the functions.
          VisibilityTimeout: '30',
          ...(fifo && { FifoQueue: 'true', ContentBasedDeduplication: 'true' }),
          ...Attributes,
        },
      }),
    );
    this.later(() => this.suite.sqs.send(new DeleteQueueCommand({ QueueUrl })));
    const {
      Attributes: { QueueArn },
    } = await this.sqs(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
    return new Queue(this, QueueUrl, QueueArn);
  }

  // A topic, and a queue that gets what is published there.
  async topic() {
    const queue = await this.queue();
    const { TopicArn } = await this.suite.send(
      this.suite.sns,
      new CreateTopicCommand({ Name: this.name('topic') }),
    );
    this.later(() => this.suite.sns.send(new DeleteTopicCommand({ TopicArn })));
    await queue.allow('sns.amazonaws.com', TopicArn);
    await this.suite.send(
      this.suite.sns,
      new SubscribeCommand({
        TopicArn,
        Protocol: 'sqs',
        Endpoint: queue.arn,
        ReturnSubscriptionArn: true,
      }),
    );
    return { arn: TopicArn, queue };
  }

  async bucket() {
    const Bucket = this.name('bucket', 63);
    const { s3 } = this.suite;
    const { region } = this.suite.options;
    await this.suite.send(
      s3,
      new CreateBucketCommand({
        Bucket,
        ...(region !== 'us-east-1' && {
          CreateBucketConfiguration: { LocationConstraint: region },
        }),
      }),
    );
    this.later(async () => {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
      for (const { Key } of Contents) await s3.send(new DeleteObjectCommand({ Bucket, Key }));
      await s3.send(new DeleteBucketCommand({ Bucket }));
    });
    return {
      name: Bucket,
      arn: `arn:aws:s3:::${Bucket}`,
      // The objects, once there are so many.
      objects: async (count) =>
        await this.eventually(
          async () => {
            const { Contents = [] } = await this.suite.send(
              s3,
              new ListObjectsV2Command({ Bucket }),
            );
            if (Contents.length < count) return undefined;
            return await Promise.all(
              Contents.map(async ({ Key }) => {
                const { Body } = await this.suite.send(s3, new GetObjectCommand({ Bucket, Key }));
                return { key: Key, text: await Body.transformToString() };
              }),
            );
          },
          { what: `${count} objects in the bucket` },
        ),
    };
  }

  // ---- mappings

  // Only asks; what comes of it is taken away with the case.
  async create(members) {
    const reply = await this.lambda(new CreateEventSourceMappingCommand(members));
    this.later(() => this.#delete(reply.UUID));
    return withoutMetadata(reply);
  }

  // A mapping from a table or queue to a function.
  async mapping(source, { function: name = 'main', ...members } = {}) {
    const target = typeof name === 'string' ? await this.function(name) : name;
    const reply = await this.create({
      EventSourceArn: source.streamArn ?? source.arn,
      FunctionName: target.name,
      ...(source.streamArn && { StartingPosition: 'TRIM_HORIZON' }),
      ...members,
    });
    return new Mapping(this, reply, target);
  }

  async get(UUID) {
    return withoutMetadata(await this.lambda(new GetEventSourceMappingCommand({ UUID })));
  }

  async update(members) {
    return withoutMetadata(await this.lambda(new UpdateEventSourceMappingCommand(members)));
  }

  async list(members) {
    return withoutMetadata(await this.lambda(new ListEventSourceMappingsCommand(members)));
  }

  async #delete(UUID) {
    await this.suite.lambda.send(new DeleteEventSourceMappingCommand({ UUID }));
  }

  // What the function saw of a source, in order.
  async calls(target, sourceArn) {
    const item = await this.suite.traceItem(`${target.name} ${sourceArn}`);
    const entries = (item?.calls?.L ?? []).map(({ S }) => JSON.parse(S));
    const calls = entries.filter(({ at }) => at !== undefined);
    for (const { id, ended } of entries) {
      if (ended !== undefined)
        calls.findLast((call) => call.id === id && !call.ended).ended = ended;
    }
    return calls;
  }

  async end() {
    if (!this.suite.options.keep) await undoAll(this.#made);
  }
}

// As it would look in JSON: no undefined members, no prototypes.
function plain(value) {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
