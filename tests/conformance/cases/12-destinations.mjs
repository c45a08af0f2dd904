// The account of a batch that was given up: what it says, where it goes.

import { DeleteQueueCommand } from '@aws-sdk/client-sqs';

import { area } from '../framework/catalogue.mjs';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

// A batch of two records that fails, with this destination.
async function giveUp(t, destination, settings = {}) {
  const table = await t.table();
  await table.put('a', { do: { throw: true } });
  await table.put('b');
  const mapping = await t.mapping(table, {
    BatchSize: 2,
    MaximumRetryAttempts: 1,
    DestinationConfig: { OnFailure: { Destination: destination } },
    ...settings,
  });
  await mapping.called(2);
  return { table, mapping };
}

// What the report must be, given what the function saw, and the stream.
async function expected(t, { table, mapping }, report) {
  const calls = await mapping.calls();
  const [first, last] = calls[0].event.Records.map(({ dynamodb }) => dynamodb);
  const records = await t.eventually(
    async () => {
      const found = await table.records();
      return found.length >= 2 && found;
    },
    { every: 500 },
  );
  const time = ({ ApproximateCreationDateTime }) =>
    new Date(Math.floor(ApproximateCreationDateTime) * 1000).toISOString().replace('.000Z', 'Z');
  return {
    requestContext: {
      requestId: report.requestContext.requestId,
      functionArn: mapping.reply.FunctionArn,
      condition: 'RetryAttemptsExhausted',
      approximateInvokeCount: 2,
    },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: report.timestamp,
    DDBStreamBatchInfo: {
      shardId: records[0].ShardId,
      startSequenceNumber: first.SequenceNumber,
      endSequenceNumber: last.SequenceNumber,
      approximateArrivalOfFirstRecord: time(first),
      approximateArrivalOfLastRecord: time(last),
      batchSize: 2,
      streamArn: table.streamArn,
    },
  };
}

export default area('Destinations', [
  {
    id: 'destinations.queue-body',
    behaviour: 61,
    section: '5.7',
    title: 'The body of a report in a queue, with its members in order',
    async run(t) {
      const queue = await t.queue();
      const made = await giveUp(t, queue.arn);
      const [{ Body, MessageAttributes, Attributes }] = await queue.messages(1);
      const report = JSON.parse(Body);
      const all = await expected(t, made, report);
      t.equal(report, all);
      t.equal(JSON.stringify(report), JSON.stringify(all), 'the members have another order');
      t.equal(MessageAttributes, undefined, 'the message has attributes');
      t.ok(Attributes !== null, 'it has system attributes');
    },
  },
  {
    id: 'destinations.no-payload',
    behaviour: 61,
    section: '5.7',
    title: 'A report in a queue has no payload',
    async run(t) {
      const queue = await t.queue();
      await giveUp(t, queue.arn);
      const [report] = await queue.reports(1);
      t.equal(Object.keys(report).sort(), [
        'DDBStreamBatchInfo',
        'requestContext',
        'responseContext',
        'timestamp',
        'version',
      ]);
    },
  },
  {
    id: 'destinations.times',
    behaviour: 64,
    section: '5.7',
    title: 'timestamp has milliseconds, the arrival times have none',
    async run(t) {
      const queue = await t.queue();
      await giveUp(t, queue.arn);
      const [{ timestamp, DDBStreamBatchInfo }] = await queue.reports(1);
      t.match(timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      t.match(
        DDBStreamBatchInfo.approximateArrivalOfFirstRecord,
        /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
      );
      t.match(
        DDBStreamBatchInfo.approximateArrivalOfLastRecord,
        /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
      );
    },
  },
  {
    id: 'destinations.function-arn',
    behaviour: 65,
    section: '5.7',
    title: "functionArn is the mapping's FunctionArn, unqualified",
    async run(t) {
      const queue = await t.queue();
      const { mapping } = await giveUp(t, queue.arn);
      const [{ requestContext }] = await queue.reports(1);
      t.equal(requestContext.functionArn, mapping.reply.FunctionArn);
    },
  },
  {
    id: 'destinations.function-arn-qualified',
    behaviour: 65,
    section: '5.7',
    certainty: 'inferred',
    title: 'functionArn keeps the qualifier of the mapping',
    async run(t) {
      const queue = await t.queue();
      const { arn, name } = await t.function();
      await giveUp(t, queue.arn, { FunctionName: `${name}:$LATEST` });
      const [{ requestContext }] = await queue.reports(1);
      t.equal(requestContext.functionArn, `${arn}:$LATEST`);
    },
  },
  {
    id: 'destinations.request-id',
    section: '5.7',
    certainty: 'inferred',
    title: 'requestId is that of the last call',
    async run(t) {
      const queue = await t.queue();
      const { mapping } = await giveUp(t, queue.arn);
      const [{ requestContext }] = await queue.reports(1);
      t.match(requestContext.requestId, uuid);
      t.equal(requestContext.requestId, (await mapping.calls())[1].id);
    },
  },
  {
    id: 'destinations.one-per-piece',
    section: '5.9',
    certainty: 'inferred',
    title: 'One report for each batch that is given up, in order',
    async run(t) {
      const queue = await t.queue();
      const table = await t.table();
      await table.putAll(['a', 'b', 'c'], { do: { throw: true } });
      const mapping = await t.mapping(table, {
        BatchSize: 1,
        MaximumRetryAttempts: 0,
        DestinationConfig: { OnFailure: { Destination: queue.arn } },
      });
      const calls = await mapping.called(3);
      const reports = await queue.reports(3);
      t.equal(
        reports.map(({ DDBStreamBatchInfo }) => DDBStreamBatchInfo.startSequenceNumber).sort(),
        calls.map(({ event }) => event.Records[0].dynamodb.SequenceNumber).sort(),
      );
    },
  },
  {
    id: 'destinations.topic',
    behaviour: 62,
    section: '5.7',
    title: 'A topic gets the same JSON as its message, without a subject',
    async run(t) {
      const topic = await t.topic();
      const made = await giveUp(t, topic.arn);
      const [notification] = await topic.queue.reports(1);
      t.equal(
        [notification.Type, notification.TopicArn, 'Subject' in notification],
        ['Notification', topic.arn, false],
      );
      const report = JSON.parse(notification.Message);
      t.equal(JSON.stringify(report), JSON.stringify(await expected(t, made, report)));
    },
  },
  {
    id: 'destinations.echo-topic',
    section: '1.5',
    title: 'A topic is shown in DestinationConfig',
    async run(t) {
      const topic = await t.topic();
      const { reply } = await t.mapping(await t.table(), {
        DestinationConfig: { OnFailure: { Destination: topic.arn } },
        Enabled: false,
      });
      t.equal(reply.DestinationConfig, { OnFailure: { Destination: topic.arn } });
    },
  },
  {
    id: 'destinations.echo-bucket',
    section: '1.5',
    title: 'A bucket is shown in DestinationConfig',
    async run(t) {
      const bucket = await t.bucket();
      const { reply } = await t.mapping(await t.table(), {
        DestinationConfig: { OnFailure: { Destination: bucket.arn } },
        Enabled: false,
      });
      t.equal(reply.DestinationConfig, { OnFailure: { Destination: bucket.arn } });
    },
  },
  {
    id: 'destinations.bucket-key',
    behaviour: 63,
    section: '5.8',
    title: 'In a bucket: aws/lambda/<uuid>/<shard>/YYYY/MM/DD/<time>-<uuid>',
    async run(t) {
      const bucket = await t.bucket();
      const { table, mapping } = await giveUp(t, bucket.arn);
      const [{ key, text }] = await bucket.objects(1);
      const [{ ShardId }] = await table.records();
      const { timestamp } = JSON.parse(text);
      const seconds = timestamp.slice(0, 19).replaceAll(':', '.');
      const prefix = `aws/lambda/${mapping.uuid}/${ShardId}/${timestamp.slice(0, 10).replaceAll('-', '/')}/${seconds}-`;
      t.equal(key.slice(0, prefix.length), prefix);
      t.match(key.slice(prefix.length), uuid);
    },
  },
  {
    id: 'destinations.bucket-body',
    behaviour: 63,
    section: '5.8',
    title: 'In a bucket: the report, and payload',
    async run(t) {
      const bucket = await t.bucket();
      const made = await giveUp(t, bucket.arn);
      const [{ text }] = await bucket.objects(1);
      const { payload, ...report } = JSON.parse(text);
      t.equal(report, await expected(t, made, report));
      const event = typeof payload === 'string' ? JSON.parse(payload) : payload;
      t.equal(event, (await made.mapping.calls())[0].event, 'the payload is not the event');
    },
  },
  {
    id: 'destinations.bucket-payload-text',
    behaviour: 63,
    section: '5.8',
    certainty: 'inferred',
    title: 'In a bucket: payload is the event as a JSON string',
    async run(t) {
      const bucket = await t.bucket();
      await giveUp(t, bucket.arn);
      const [{ text }] = await bucket.objects(1);
      t.equal(typeof JSON.parse(text).payload, 'string');
    },
  },
  {
    id: 'destinations.gone',
    behaviour: 66,
    section: '5.9',
    title: 'A destination that is gone does not block the shard',
    async run(t) {
      const queue = await t.queue();
      const table = await t.table();
      await table.put('a', { do: { throw: true, ...t.gate('deleted') } });
      await table.put('b');
      const mapping = await t.mapping(table, {
        BatchSize: 1,
        MaximumRetryAttempts: 0,
        DestinationConfig: { OnFailure: { Destination: queue.arn } },
      });
      await mapping.called(1);
      await t.sqs(new DeleteQueueCommand({ QueueUrl: queue.url }));
      await t.openGate('deleted');
      t.equal(
        (await mapping.seen(['b'])).map(({ ids }) => ids),
        [['a'], ['b']],
      );
    },
  },
  {
    id: 'destinations.removed',
    section: '1.4',
    title: 'Removed by an update, nothing is reported any more',
    async run(t) {
      const queue = await t.queue();
      const table = await t.table();
      const mapping = await t.mapping(table, {
        MaximumRetryAttempts: 0,
        DestinationConfig: { OnFailure: { Destination: queue.arn } },
      });
      await mapping.enabled();
      await mapping.update({ DestinationConfig: { OnFailure: { Destination: '' } } });
      await mapping.enabled();
      await table.put('a', { do: { throw: true } });
      await mapping.seen(['a']);
      await t.quiet(1);
      t.equal(await queue.size(), 0);
    },
  },
]);
