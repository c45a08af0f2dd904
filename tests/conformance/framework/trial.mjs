// The `t` of a case: makes tables, queues and mappings, asks, compares, and takes everything away again.

import {
  CreateTableCommand, DeleteItemCommand, DeleteTableCommand, DescribeTableCommand, PutItemCommand, UpdateItemCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { DescribeStreamCommand, GetRecordsCommand, GetShardIteratorCommand } from '@aws-sdk/client-dynamodb-streams';
import {
  CreateEventSourceMappingCommand, DeleteEventSourceMappingCommand, GetEventSourceMappingCommand,
  ListEventSourceMappingsCommand, UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import {
  CreateBucketCommand, DeleteBucketCommand, DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command,
} from '@aws-sdk/client-s3';
import { CreateTopicCommand, DeleteTopicCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand, DeleteMessageCommand, DeleteQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

import { Failure } from './refusal.mjs';
import { undoAll } from './suite.mjs';

export class Trial {
  #made = [];
  #names = 0;

  constructor(suite, { id }) {
    this.suite = suite;
    this.prefix = `conformance-${suite.run}-${id.replaceAll('.', '-')}`;
  }

  // ---- asking and comparing

  async lambda(command) { return await this.suite.send(this.suite.lambda, command); }
  async dynamodb(command) { return await this.suite.send(this.suite.dynamodb, command); }
  async sqs(command) { return await this.suite.send(this.suite.sqs, command); }

  equal(actual, expected, message) {
    assert.deepStrictEqual(plain(actual), plain(expected), message);
  }

  ok(condition, message, actual) {
    if (!condition) throw new Failure(message, 'as said', actual);
  }

  match(text, pattern, message) {
    if (!pattern.test(text ?? '')) throw new Failure(message ?? 'the text is another', String(pattern), text);
  }

  async eventually(question, options) {
    return await this.suite.eventually(question, options);
  }

  // Gives what should not happen the time to happen.
  async quiet(seconds = 1) {
    await pause(seconds * 1000 * Math.min(this.suite.options.patience, 15));
  }

  async pause(seconds) {
    await pause(seconds * 1000);
  }

  // The call must be refused, with this name and text.
  async refused(call, name, message, status) {
    let answer;
    try {
      answer = await call;
    } catch (error) {
      if (!error.$metadata) throw error;
      const text = message instanceof RegExp ? error.message?.match(message)?.[0] ?? error.message : error.message;
      const expected = { name, message: message instanceof RegExp ? text : message };
      if (message instanceof RegExp && !message.test(error.message ?? '')) expected.message = String(message);
      this.equal({ name: error.name, message: text, ...(status && { status: error.$metadata.httpStatusCode }) },
        { ...expected, ...(status && { status }) }, 'it is refused otherwise');
      return error;
    }
    throw new Failure('it is accepted', `${name}: ${message}`, withoutMetadata(answer));
  }

  name(suffix = '') {
    this.#names += 1;
    return `${this.prefix}-${this.#names}${suffix && `-${suffix}`}`.slice(-80).replace(/^-+/, '');
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
      this.name('f').slice(-60).replace(/^-+/, ''), { Timeout: 20, ...settings }, (undo) => this.later(undo));
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
    const { TableDescription } = await this.dynamodb(new CreateTableCommand({
      TableName,
      AttributeDefinitions: attributes.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: attributes.map((AttributeName, at) => ({ AttributeName, KeyType: at === 0 ? 'HASH' : 'RANGE' })),
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamEnabled: true, StreamViewType: view },
      ...settings,
    }));
    this.later(() => this.suite.dynamodb.send(new DeleteTableCommand({ TableName })));
    await this.#active(TableName);
    return new Table(this, TableName, TableDescription.LatestStreamArn);
  }

  async #active(TableName) {
    await this.eventually(async () => {
      const { Table: table } = await this.dynamodb(new DescribeTableCommand({ TableName }));
      return table.TableStatus === 'ACTIVE';
    }, { seconds: 30, what: `${TableName} is active` });
  }

  async disableStream(table) {
    await this.dynamodb(new UpdateTableCommand(
      { TableName: table.name, StreamSpecification: { StreamEnabled: false } }));
    await this.#active(table.name);
  }

  // ---- queues, topics, buckets

  async queue({ fifo = false, ...Attributes } = {}) {
    const QueueName = fifo ? `${this.name('queue').slice(-74)}.fifo` : this.name('queue');
    const { QueueUrl } = await this.sqs(new CreateQueueCommand({ QueueName, Attributes: {
      // Not shorter than the time-out of the functions.
      VisibilityTimeout: '30',
      ...(fifo && { FifoQueue: 'true', ContentBasedDeduplication: 'true' }),
      ...Attributes,
    } }));
    this.later(() => this.suite.sqs.send(new DeleteQueueCommand({ QueueUrl })));
    const { Attributes: { QueueArn } } = await this.sqs(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
    return new Queue(this, QueueUrl, QueueArn);
  }

  // A topic, and a queue that gets what is published there.
  async topic() {
    const queue = await this.queue();
    const { TopicArn } = await this.suite.send(this.suite.sns, new CreateTopicCommand({ Name: this.name('topic') }));
    this.later(() => this.suite.sns.send(new DeleteTopicCommand({ TopicArn })));
    await queue.allow('sns.amazonaws.com', TopicArn);
    await this.suite.send(this.suite.sns, new SubscribeCommand(
      { TopicArn, Protocol: 'sqs', Endpoint: queue.arn, ReturnSubscriptionArn: true }));
    return { arn: TopicArn, queue };
  }

  async bucket() {
    const Bucket = this.name('b').slice(-60).replace(/^-+/, '');
    const { s3 } = this.suite;
    const { region } = this.suite.options;
    await this.suite.send(s3, new CreateBucketCommand({
      Bucket, ...(region !== 'us-east-1' && { CreateBucketConfiguration: { LocationConstraint: region } }) }));
    this.later(async () => {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
      for (const { Key } of Contents) await s3.send(new DeleteObjectCommand({ Bucket, Key }));
      await s3.send(new DeleteBucketCommand({ Bucket }));
    });
    return {
      name: Bucket,
      arn: `arn:aws:s3:::${Bucket}`,
      // The objects, once there are so many.
      objects: async (count) => await this.eventually(async () => {
        const { Contents = [] } = await this.suite.send(s3, new ListObjectsV2Command({ Bucket }));
        if (Contents.length < count) return undefined;
        return await Promise.all(Contents.map(async ({ Key }) => {
          const { Body } = await this.suite.send(s3, new GetObjectCommand({ Bucket, Key }));
          return { key: Key, text: await Body.transformToString() };
        }));
      }, { what: `${count} objects in the bucket` }),
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
      if (ended !== undefined) calls.findLast((call) => call.id === id && !call.ended).ended = ended;
    }
    return calls;
  }

  async end() {
    if (!this.suite.options.keep) await undoAll(this.#made);
  }
}

class Table {
  #count = 0;

  constructor(t, name, streamArn) {
    Object.assign(this, { t, name, streamArn });
  }

  // Puts an item { pk: 'p', sk: id }. All items of a case have one partition key, hence are in one shard,
  // unless it says otherwise; `do` is what the function shall do.
  async put(id, { pk = 'p', do: action, ...attributes } = {}) {
    await this.putItem({
      pk: { S: pk }, sk: { S: id }, ...(action && { do: { S: JSON.stringify(action) } }), ...attributes });
  }

  async putAll(ids, options) {
    for (const id of ids) await this.put(id, options);
  }

  async putItem(Item) {
    await this.t.dynamodb(new PutItemCommand({ TableName: this.name, Item }));
  }

  async update(Key, UpdateExpression, ExpressionAttributeValues, ExpressionAttributeNames) {
    await this.t.dynamodb(new UpdateItemCommand(
      { TableName: this.name, Key, UpdateExpression, ExpressionAttributeValues, ExpressionAttributeNames }));
  }

  async delete(Key) {
    await this.t.dynamodb(new DeleteItemCommand({ TableName: this.name, Key }));
  }

  // The records of the stream so far, each with its shard.
  async records() {
    const { suite, streamArn: StreamArn } = { suite: this.t.suite, streamArn: this.streamArn };
    const records = [];
    for (const { ShardId } of await this.shards()) {
      let { ShardIterator } = await suite.send(suite.streams, new GetShardIteratorCommand(
        { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }));
      for (let empty = 0; ShardIterator && empty < 3;) {
        const page = await suite.send(suite.streams, new GetRecordsCommand({ ShardIterator }));
        records.push(...page.Records.map((record) => ({ ...record, ShardId })));
        empty = page.Records.length === 0 ? empty + 1 : 0;
        ShardIterator = page.NextShardIterator;
      }
    }
    return records;
  }

  async shards() {
    const { suite } = this.t;
    const { StreamDescription } = await suite.send(
      suite.streams, new DescribeStreamCommand({ StreamArn: this.streamArn }));
    return StreamDescription.Shards;
  }
}

class Queue {
  #taken = [];

  constructor(t, url, arn) {
    Object.assign(this, { t, url, arn });
  }

  async send(body, members = {}) {
    const { MessageId } = await this.t.sqs(new SendMessageCommand({
      QueueUrl: this.url, MessageBody: typeof body === 'string' ? body : JSON.stringify(body), ...members }));
    return MessageId;
  }

  async allow(service, sourceArn) {
    const { SetQueueAttributesCommand } = await import('@aws-sdk/client-sqs');
    await this.t.sqs(new SetQueueAttributesCommand({ QueueUrl: this.url, Attributes: { Policy: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{
        Effect: 'Allow', Principal: { Service: service }, Action: 'sqs:SendMessage', Resource: this.arn,
        Condition: { ArnEquals: { 'aws:SourceArn': sourceArn } },
      }],
    }) } }));
  }

  // The messages that have come, once there are so many; taken out of the queue.
  async messages(count, { seconds = 15 } = {}) {
    return await this.t.eventually(async () => {
      const { Messages = [] } = await this.t.sqs(new ReceiveMessageCommand({
        QueueUrl: this.url, MaxNumberOfMessages: 10, WaitTimeSeconds: 1,
        MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All'],
      }));
      for (const message of Messages) {
        this.#taken.push(message);
        await this.t.sqs(new DeleteMessageCommand({ QueueUrl: this.url, ReceiptHandle: message.ReceiptHandle }));
      }
      return this.#taken.length >= count && [...this.#taken];
    }, { seconds, what: `${count} messages in the queue` });
  }

  // Their bodies, which are JSON.
  async reports(count, options) {
    return (await this.messages(count, options)).map(({ Body }) => JSON.parse(Body));
  }

  // How many there are, visible or not.
  async size() {
    const { Attributes } = await this.t.sqs(new GetQueueAttributesCommand({ QueueUrl: this.url, AttributeNames: [
      'ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] }));
    return Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible);
  }
}

class Mapping {
  constructor(t, reply, target) {
    Object.assign(this, { t, reply, target, uuid: reply.UUID, sourceArn: reply.EventSourceArn });
  }

  async get() {
    return await this.t.get(this.uuid);
  }

  async is(state, seconds = 30) {
    return await this.t.eventually(async () => {
      const mapping = await this.get();
      return mapping.State === state && mapping;
    }, { seconds, what: `the mapping is ${state}` });
  }

  async enabled() {
    await this.is('Enabled');
    return this;
  }

  async update(members) {
    return await this.t.update({ UUID: this.uuid, ...members });
  }

  async delete() {
    return withoutMetadata(await this.t.lambda(new DeleteEventSourceMappingCommand({ UUID: this.uuid })));
  }

  async calls() {
    return await this.t.calls(this.target, this.sourceArn);
  }

  // The ids of the records of each call.
  async batches() {
    return (await this.calls()).map(({ ids }) => ids);
  }

  // Waits for so many calls, and gives all there are.
  async called(count, seconds = 20) {
    let calls = [];
    return await this.t.eventually(async () => {
      calls = await this.calls();
      if (calls.length < count) throw new Failure('too few calls', `${count} calls or more`, calls.map(({ ids }) => ids));
      return calls;
    }, { seconds });
  }

  // Waits until all these have been seen, and gives all calls.
  async seen(ids, seconds = 20) {
    return await this.t.eventually(async () => {
      const calls = await this.calls();
      const all = new Set(calls.flatMap((call) => call.ids));
      const missing = ids.filter((id) => !all.has(id));
      if (missing.length > 0) {
        throw new Failure('records have not been delivered', ids, calls.map((call) => call.ids));
      }
      return calls;
    }, { seconds });
  }
}

export function withoutMetadata({ $metadata, ...rest }) {
  return rest;
}

// As it would look in JSON: no undefined members, no prototypes.
function plain(value) {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
