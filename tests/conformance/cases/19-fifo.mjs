// Mappings on FIFO queues: the order of a group, one batch of a group at a time.

import { area } from '../framework/catalogue.mjs';

const reporting = { FunctionResponseTypes: ['ReportBatchItemFailures'] };
let sent = 0;
const group = (MessageGroupId) => ({
  MessageGroupId,
  MessageDeduplicationId: `d${(sent += 1)}-${process.pid}-${Date.now()}`,
});

export default area('FIFO queues', [
  {
    id: 'fifo.order',
    section: '7.1',
    title: 'The messages of a group come in order',
    async run(t) {
      const queue = await t.queue({ fifo: true });
      const ids = Array.from({ length: 15 }, (_, at) => `m${String(at).padStart(2, '0')}`);
      for (const id of ids) await queue.send({ id }, group('g'));
      const calls = await (await t.mapping(queue, { BatchSize: 4 })).seen(ids);
      t.equal(
        calls.flatMap((call) => call.ids),
        ids,
      );
      t.ok(
        calls.every((call) => call.ids.length <= 4),
        'a batch is larger than BatchSize',
        calls.map((call) => call.ids),
      );
    },
  },
  {
    id: 'fifo.one-at-a-time',
    section: '7.1',
    title: 'One batch of a group is in flight at a time',
    async run(t) {
      const queue = await t.queue({ fifo: true });
      await queue.send({ id: 'a', do: t.gate('end') }, group('g'));
      const mapping = await t.mapping(queue, { BatchSize: 1 });
      await mapping.seen(['a']);
      await queue.send({ id: 'b' }, group('g'));
      await t.quiet(1);
      t.equal(await mapping.batches(), [['a']]);
      await t.openGate('end');
      const calls = await mapping.seen(['b'], 25);
      t.ok(
        calls[1].at >= calls[0].ended,
        'the second begins before the first has ended',
        calls.map(({ at, ended }) => [at, ended]),
      );
    },
  },
  {
    id: 'fifo.groups-concurrent',
    section: '7.1',
    title: 'Another group is not held up',
    async run(t) {
      const queue = await t.queue({ fifo: true });
      await queue.send({ id: 'a', do: t.gate('end') }, group('g'));
      const mapping = await t.mapping(queue, { BatchSize: 1 });
      await mapping.seen(['a']);
      await queue.send({ id: 'b' }, group('h'));
      await mapping.seen(['b'], 25);
      await t.openGate('end');
    },
  },
  {
    id: 'fifo.attributes',
    section: '7.4',
    title: 'A message has SequenceNumber, MessageGroupId and MessageDeduplicationId',
    async run(t) {
      const queue = await t.queue({ fifo: true });
      const members = group('g');
      await queue.send({ id: 'a' }, members);
      const [{ event }] = await (await t.mapping(queue)).seen(['a']);
      const { MessageGroupId, MessageDeduplicationId, SequenceNumber } =
        event.Records[0].attributes;
      t.equal({ MessageGroupId, MessageDeduplicationId }, members);
      t.match(SequenceNumber, /^\d+$/);
    },
  },
  {
    id: 'fifo.partial',
    behaviour: 80,
    section: '7.3',
    title: 'Four messages, the last two reported: they come again, then one is dead',
    async run(t) {
      const dead = await t.queue({ fifo: true });
      const queue = await t.queue({
        fifo: true,
        VisibilityTimeout: '4',
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: '2' }),
      });
      for (const id of ['1', '2']) await queue.send({ id }, group('g'));
      await queue.send({ id: '3', do: { fail: true, times: 1 } }, group('g'));
      await queue.send({ id: '4', do: { fail: true } }, group('g'));
      const mapping = await t.mapping(queue, { ...reporting, function: 'brief' });
      const reports = await dead.reports(1, { seconds: 40 });
      t.equal(
        reports.map(({ id }) => id),
        ['4'],
      );
      const calls = await mapping.calls();
      t.equal(calls.map(({ ids }) => ids).flat(), ['1', '2', '3', '4', '3', '4']);
      t.equal(
        calls.at(-1).event.Records.map(({ attributes }) => attributes.ApproximateReceiveCount),
        ['2', '2'],
      );
    },
  },
  {
    id: 'fifo.failure-blocks',
    section: '7.1, 7.2',
    title: 'A failing message holds the rest of its group',
    async run(t) {
      const queue = await t.queue({ fifo: true, VisibilityTimeout: '4' });
      await queue.send({ id: 'a', do: { throw: true, times: 1 } }, group('g'));
      await queue.send({ id: 'b' }, group('g'));
      const calls = await (
        await t.mapping(queue, { BatchSize: 1, function: 'brief' })
      ).seen(['b'], 40);
      t.equal(
        calls.map(({ ids }) => ids),
        [['a'], ['a'], ['b']],
      );
    },
  },
  {
    id: 'fifo.members',
    behaviour: 3,
    section: '1.6',
    title: 'The reply for a FIFO queue is that for any queue',
    async run(t) {
      const queue = await t.queue({ fifo: true });
      const { reply } = await t.mapping(queue, { Enabled: false });
      t.equal([reply.EventSourceArn, reply.BatchSize, reply.State], [queue.arn, 10, 'Disabled']);
    },
  },
]);
