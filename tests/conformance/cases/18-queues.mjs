// Mappings on queues: messages come, are deleted after a success, and come back after a failure.

import { createHash } from 'node:crypto';

import { area } from '../framework/catalogue.mjs';

// A function with a short time-out, on a queue whose messages come back soon.
const visibility = 4;
const soon = { VisibilityTimeout: String(visibility) };
const brief = { function: 'brief' };
const reporting = { FunctionResponseTypes: ['ReportBatchItemFailures'] };

// A queue that hands a message out at most `count` times, and the queue where it goes then.
async function redriven(t, count, settings = {}) {
  const dead = await t.queue();
  const queue = await t.queue({
    ...soon,
    RedrivePolicy: JSON.stringify({
      deadLetterTargetArn: dead.arn,
      maxReceiveCount: String(count),
    }),
    ...settings,
  });
  return { queue, dead };
}

const empty = (t, queue) =>
  t.eventually(async () => (await queue.size()) === 0, { seconds: 20, what: 'the queue is empty' });
const counts = (calls) =>
  calls.map(({ event }) =>
    event.Records.map(({ attributes }) => attributes.ApproximateReceiveCount),
  );

// With ReportBatchItemFailures: a reply that is a success, so that the message is deleted.
const succeeds = (name, answer) => ({
  id: `queues.partial-success-${name}`,
  behaviour: 80,
  section: '7.3',
  title: `The reply ${answer} is a success`,
  async run(t) {
    const queue = await t.queue(soon);
    await queue.send({ id: 'a', do: { answer } });
    const mapping = await t.mapping(queue, { ...brief, ...reporting });
    await mapping.seen(['a']);
    await empty(t, queue);
    t.equal(await mapping.batches(), [['a']]);
  },
});
const fails = (name, answer, more = {}) => ({
  id: `queues.partial-failure-${name}`,
  behaviour: 80,
  section: '7.3',
  title: `The reply ${answer} fails the whole batch`,
  ...more,
  async run(t) {
    const { queue, dead } = await redriven(t, 1);
    await queue.send({ id: 'a', do: { answer } });
    const mapping = await t.mapping(queue, { ...brief, ...reporting });
    const reports = await dead.reports(1, { seconds: 30 });
    t.equal(
      reports.map(({ id }) => id),
      ['a'],
    );
    t.equal(await mapping.batches(), [['a']]);
  },
});

export default area('Queues', [
  {
    id: 'queues.delivered',
    section: '7.1',
    title: 'Messages are delivered, and deleted after a success',
    async run(t) {
      const queue = await t.queue();
      const ids = ['a', 'b', 'c', 'd'];
      for (const id of ids) await queue.send({ id });
      const mapping = await t.mapping(queue);
      await mapping.seen(ids);
      await empty(t, queue);
      t.equal((await mapping.batches()).flat().sort(), ids);
    },
  },
  {
    id: 'queues.later',
    section: '7.1',
    title: 'A message sent later is delivered, too',
    async run(t) {
      const queue = await t.queue();
      const mapping = await t.mapping(queue);
      await mapping.enabled();
      await queue.send({ id: 'a' });
      await mapping.seen(['a'], 25);
      await empty(t, queue);
    },
  },
  {
    id: 'queues.event',
    section: '7.4',
    title: 'The event of a message, with its members in order',
    async run(t) {
      const queue = await t.queue();
      const body = JSON.stringify({ id: 'a', foo: 'bar' });
      const messageId = await queue.send(body);
      const [{ event }] = await (await t.mapping(queue)).seen(['a']);
      t.equal(Object.keys(event), ['Records']);
      const [record] = event.Records;
      const { receiptHandle, attributes, ...rest } = record;
      t.equal(rest, {
        messageId,
        body,
        messageAttributes: {},
        md5OfBody: createHash('md5').update(body).digest('hex'),
        eventSource: 'aws:sqs',
        eventSourceARN: queue.arn,
        awsRegion: queue.arn.split(':')[3],
      });
      t.ok(receiptHandle.length > 0, 'there is a receipt handle', receiptHandle);
      t.equal(
        Object.keys(record).filter((key) => key !== 'md5OfMessageAttributes'),
        [
          'messageId',
          'receiptHandle',
          'body',
          'attributes',
          'messageAttributes',
          'md5OfBody',
          'eventSource',
          'eventSourceARN',
          'awsRegion',
        ],
      );
    },
  },
  {
    id: 'queues.attributes',
    section: '7.4',
    title: 'The attributes of a message are strings, times in milliseconds',
    async run(t) {
      const queue = await t.queue();
      await queue.send({ id: 'a' });
      const [{ event }] = await (await t.mapping(queue)).seen(['a']);
      const { attributes } = event.Records[0];
      t.equal(Object.keys(attributes).sort(), [
        'ApproximateFirstReceiveTimestamp',
        'ApproximateReceiveCount',
        'SenderId',
        'SentTimestamp',
      ]);
      t.equal(attributes.ApproximateReceiveCount, '1');
      t.match(attributes.SentTimestamp, /^\d{13}$/);
      t.match(attributes.ApproximateFirstReceiveTimestamp, /^\d{13}$/);
    },
  },
  {
    id: 'queues.message-attributes',
    section: '7.4',
    title: 'The attributes that a sender gives',
    async run(t) {
      const queue = await t.queue();
      await queue.send(
        { id: 'a' },
        {
          MessageAttributes: {
            word: { DataType: 'String', StringValue: 'v' },
            bytes: { DataType: 'Binary', BinaryValue: Buffer.from('foobar') },
          },
        },
      );
      const [{ event }] = await (await t.mapping(queue)).seen(['a']);
      t.equal(event.Records[0].messageAttributes, {
        word: { stringValue: 'v', stringListValues: [], binaryListValues: [], dataType: 'String' },
        bytes: {
          binaryValue: 'Zm9vYmFy',
          stringListValues: [],
          binaryListValues: [],
          dataType: 'Binary',
        },
      });
    },
  },
  {
    id: 'queues.body-raw',
    section: '7.4',
    title: 'The body is the raw text, never parsed',
    async run(t) {
      const queue = await t.queue();
      const body = '{ "id" : "a" ,\n "n": 1.0 }';
      await queue.send(body);
      const [{ event }] = await (await t.mapping(queue)).seen(['a']);
      t.equal(event.Records[0].body, body);
    },
  },
  {
    id: 'queues.md5-absent',
    section: '7.4',
    title: 'Without a window and attributes, md5OfMessageAttributes is absent',
    async run(t) {
      const queue = await t.queue();
      await queue.send({ id: 'a' });
      const [{ event }] = await (await t.mapping(queue)).seen(['a']);
      t.ok(
        !('md5OfMessageAttributes' in event.Records[0]),
        'it is there',
        event.Records[0].md5OfMessageAttributes,
      );
    },
  },
  {
    id: 'queues.md5-null',
    section: '7.4',
    title: 'With a window and no attributes, md5OfMessageAttributes is null',
    async run(t) {
      const queue = await t.queue();
      await queue.send({ id: 'a' });
      const [{ event }] = await (
        await t.mapping(queue, { MaximumBatchingWindowInSeconds: 1 })
      ).seen(['a'], 30);
      t.equal(event.Records[0].md5OfMessageAttributes, null);
    },
  },
  {
    id: 'queues.batch-size',
    behaviour: 28,
    section: '7.1',
    title: 'BatchSize caps the messages of a call',
    async run(t) {
      const queue = await t.queue();
      const ids = Array.from({ length: 12 }, (_, at) => `m${at}`);
      for (const id of ids) await queue.send({ id });
      const calls = await (await t.mapping(queue, { BatchSize: 3 })).seen(ids);
      t.ok(
        calls.every((call) => call.ids.length <= 3),
        'a batch is larger',
        calls.map((call) => call.ids),
      );
    },
  },
  {
    id: 'queues.batch-size-one',
    behaviour: 28,
    section: '7.1',
    title: 'BatchSize 1: each message has its own call',
    async run(t) {
      const queue = await t.queue();
      const ids = ['a', 'b', 'c', 'd', 'e'];
      for (const id of ids) await queue.send({ id });
      const calls = await (await t.mapping(queue, { BatchSize: 1 })).seen(ids);
      t.ok(
        calls.every((call) => call.ids.length === 1),
        'a batch is larger',
        calls.map((call) => call.ids),
      );
    },
  },
  {
    id: 'queues.large-batch',
    section: '7.1',
    title: 'With a window a batch can hold more than the ten messages of a receive call',
    async run(t) {
      const queue = await t.queue({ VisibilityTimeout: '60' });
      const ids = Array.from({ length: 30 }, (_, at) => `m${at}`);
      for (const id of ids) await queue.send({ id });
      const mapping = await t.mapping(queue, {
        BatchSize: 20,
        MaximumBatchingWindowInSeconds: 4,
        ScalingConfig: { MaximumConcurrency: 2 },
      });
      const calls = await mapping.seen(ids, 40);
      t.equal(calls.length, 2);
      t.ok(
        calls.every((call) => call.ids.length <= 20),
        'a batch is larger than BatchSize',
        calls.map((call) => call.ids.length),
      );
    },
  },
  {
    id: 'queues.scaling',
    section: '7.1',
    title: 'MaximumConcurrency caps the calls at a time',
    async run(t) {
      const queue = await t.queue();
      const ids = Array.from({ length: 10 }, (_, at) => `m${at}`);
      for (const id of ids) await queue.send({ id, do: { hold: 300 } });
      const mapping = await t.mapping(queue, {
        BatchSize: 1,
        ScalingConfig: { MaximumConcurrency: 2 },
      });
      const calls = await t.eventually(
        async () => {
          const all = await mapping.calls();
          return all.length >= 10 && all.every(({ ended }) => ended) && all;
        },
        { seconds: 30 },
      );
      const points = calls
        .flatMap(({ at, ended }) => [
          [at, 1],
          [ended, -1],
        ])
        .sort(([a, x], [b, y]) => a - b || x - y);
      let now = 0;
      const most = Math.max(...points.map(([, change]) => (now += change)));
      t.ok(most <= 2, 'more than two calls at a time', most);
    },
  },
  {
    id: 'queues.concurrent',
    section: '7.1',
    title: 'A held message does not keep others from being delivered',
    async run(t) {
      const queue = await t.queue();
      await queue.send({ id: 'held', do: t.gate('end') });
      const mapping = await t.mapping(queue, { BatchSize: 1 });
      await mapping.seen(['held']);
      await queue.send({ id: 'other' });
      await mapping.seen(['other']);
      await t.openGate('end');
      await empty(t, queue);
    },
  },
  {
    id: 'queues.comes-back',
    behaviour: 79,
    section: '7.2',
    title: 'A failing message comes back after the visibility time-out, receive count "2"',
    async run(t) {
      const queue = await t.queue(soon);
      await queue.send({ id: 'a', do: { throw: true, times: 1 } });
      const mapping = await t.mapping(queue, brief);
      const calls = await mapping.called(2, 30);
      t.equal(counts(calls), [['1'], ['2']]);
      t.ok(
        calls[1].at - calls[0].at >= visibility * 1000 - 700,
        'it comes back too soon',
        calls[1].at - calls[0].at,
      );
      t.equal(calls[1].event.Records[0].messageId, calls[0].event.Records[0].messageId);
      await empty(t, queue);
    },
  },
  {
    id: 'queues.redrive',
    behaviour: 79,
    section: '7.2',
    title: 'After maxReceiveCount calls the message is in the dead-letter queue, the same',
    async run(t) {
      const { queue, dead } = await redriven(t, 2);
      const messageId = await queue.send({ id: 'a', do: { throw: true } });
      const mapping = await t.mapping(queue, brief);
      const [message] = await dead.messages(1, { seconds: 40 });
      t.equal([message.MessageId, JSON.parse(message.Body).id], [messageId, 'a']);
      t.equal(counts(await mapping.calls()), [['1'], ['2']]);
    },
  },
  {
    id: 'queues.whole-batch',
    section: '7.3',
    title: 'An exception returns the whole batch',
    async run(t) {
      const { queue, dead } = await redriven(t, 1);
      for (const id of ['a', 'b', 'c']) await queue.send({ id, do: { throw: true } });
      await t.mapping(queue, { ...brief, BatchSize: 10 });
      const reports = await dead.reports(3, { seconds: 30 });
      t.equal(reports.map(({ id }) => id).sort(), ['a', 'b', 'c']);
    },
  },
  {
    id: 'queues.timeout',
    behaviour: 79,
    section: '7.2',
    title: 'A time-out returns the message',
    async run(t) {
      const { queue, dead } = await redriven(t, 1);
      await queue.send({ id: 'a', do: { hang: true } });
      await t.mapping(queue, brief);
      t.equal(
        (await dead.reports(1, { seconds: 30 })).map(({ id }) => id),
        ['a'],
      );
    },
  },
  {
    id: 'queues.partial',
    behaviour: 80,
    section: '7.3',
    title: 'batchItemFailures: only the listed messages stay',
    async run(t) {
      const { queue, dead } = await redriven(t, 1);
      for (const id of ['a', 'b', 'c', 'd'])
        await queue.send({ id, ...(id < 'c' && { do: { fail: true } }) });
      const mapping = await t.mapping(queue, { ...brief, ...reporting });
      const reports = await dead.reports(2, { seconds: 30 });
      t.equal(reports.map(({ id }) => id).sort(), ['a', 'b']);
      await empty(t, queue);
      t.equal((await mapping.batches()).flat().sort(), ['a', 'b', 'c', 'd']);
    },
  },
  {
    id: 'queues.partial-again',
    behaviour: 80,
    section: '7.3',
    title: 'A listed message comes again, the others do not',
    async run(t) {
      const queue = await t.queue(soon);
      await queue.send({ id: 'a', do: { fail: true, times: 1 } });
      await queue.send({ id: 'b' });
      const mapping = await t.mapping(queue, { ...brief, ...reporting });
      await t.eventually(
        async () => (await mapping.batches()).flat().filter((id) => id === 'a').length === 2,
        { seconds: 30 },
      );
      await empty(t, queue);
      t.equal((await mapping.batches()).flat().sort(), ['a', 'a', 'b']);
    },
  },
  succeeds('object', '{}'),
  succeeds('null', 'null'),
  succeeds('empty-list', '{"batchItemFailures":[]}'),
  succeeds('null-list', '{"batchItemFailures":null}'),
  fails('wrong-key', '{"batchItemFailures":[{"foo":"notvalid"}]}'),
  fails('empty-id', '{"batchItemFailures":[{"itemIdentifier":""}]}'),
  fails('null-id', '{"batchItemFailures":[{"itemIdentifier":null}]}'),
  fails(
    'unknown-id',
    '{"batchItemFailures":[{"itemIdentifier":"00000000-0000-4000-8000-000000000000"}]}',
  ),
  {
    id: 'queues.partial-exception',
    behaviour: 80,
    section: '7.3',
    title: 'An exception with the flag on: every message goes back',
    async run(t) {
      const { queue, dead } = await redriven(t, 1);
      await queue.send({ id: 'a', do: { throw: true } });
      await t.mapping(queue, { ...brief, ...reporting });
      t.equal(
        (await dead.reports(1, { seconds: 30 })).map(({ id }) => id),
        ['a'],
      );
    },
  },
  {
    id: 'queues.partial-off',
    section: '7.3',
    title: 'Without the flag the reply is ignored',
    async run(t) {
      const queue = await t.queue(soon);
      await queue.send({ id: 'a', do: { fail: true } });
      const mapping = await t.mapping(queue, brief);
      await mapping.seen(['a']);
      await empty(t, queue);
      t.equal(await mapping.batches(), [['a']]);
    },
  },
  {
    id: 'queues.filtered',
    behaviour: 80,
    section: '6.1',
    title: 'Filtered messages are deleted, and do not go to the dead-letter queue',
    async run(t) {
      const { queue, dead } = await redriven(t, 1);
      for (const id of ['a', 'b', 'c']) await queue.send({ id });
      const mapping = await t.mapping(queue, {
        ...brief,
        FilterCriteria: { Filters: [{ Pattern: JSON.stringify({ body: { id: ['b'] } }) }] },
      });
      await mapping.seen(['b']);
      await empty(t, queue);
      t.equal([await mapping.batches(), await dead.size()], [[['b']], 0]);
    },
  },
  {
    id: 'queues.disabled',
    behaviour: 21,
    section: '2',
    title: 'Disabled, messages stay in the queue; enabled, they are delivered',
    async run(t) {
      const queue = await t.queue();
      const mapping = await t.mapping(queue);
      await mapping.enabled();
      await mapping.update({ Enabled: false });
      await mapping.is('Disabled');
      await queue.send({ id: 'a' });
      await t.quiet();
      t.equal(await mapping.batches(), []);
      await mapping.update({ Enabled: true });
      await mapping.seen(['a'], 25);
    },
  },
  {
    id: 'queues.window',
    section: '7.1',
    title: 'With a window, messages of a second are one call',
    async run(t) {
      const queue = await t.queue({ VisibilityTimeout: '60' });
      const mapping = await t.mapping(queue, { BatchSize: 50, MaximumBatchingWindowInSeconds: 3 });
      await mapping.enabled();
      for (const id of ['a', 'b', 'c']) await queue.send({ id });
      const calls = await mapping.seen(['a', 'b', 'c'], 40);
      t.ok(
        calls.length < 3,
        'they are not gathered',
        calls.map(({ ids }) => ids),
      );
    },
  },
]);
