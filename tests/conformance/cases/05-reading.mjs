// Where reading begins, in which order, and what shards have to do with each other.

import { area } from '../framework/catalogue.mjs';
import { Unsupported } from '../framework/refusal.mjs';

const numbered = (count, prefix = 'r') =>
  Array.from({ length: count }, (_, at) => `${prefix}${String(at).padStart(3, '0')}`);

// Two partition keys whose records are in different shards. A stream with one shard has no such keys.
async function twoShards(t, table) {
  const keys = Array.from({ length: 12 }, (_, at) => `key ${at}`);
  for (const pk of keys) await table.put('where', { pk });
  const records = await t.eventually(
    async () => {
      const found = await table.records();
      return found.length === keys.length && found;
    },
    { every: 500 },
  );
  const shardOf = new Map(records.map(({ ShardId, dynamodb }) => [dynamodb.Keys.pk.S, ShardId]));
  const other = keys.find((pk) => shardOf.get(pk) !== shardOf.get(keys[0]));
  if (!other) throw new Unsupported('a stream with more than one shard');
  return [keys[0], other];
}

const keyed = (calls, pk) =>
  calls
    .flatMap(({ event }) => event.Records)
    .filter(({ dynamodb }) => dynamodb.Keys.pk.S === pk)
    .map(({ dynamodb }) => dynamodb.Keys.sk.S);

export default area('Reading', [
  {
    id: 'reading.trim-horizon',
    behaviour: 23,
    section: '3.2',
    title: 'TRIM_HORIZON delivers records older than the mapping',
    async run(t) {
      const table = await t.table();
      await table.putAll(['a', 'b', 'c']);
      const calls = await (await t.mapping(table)).seen(['a', 'b', 'c']);
      t.equal(
        calls.flatMap(({ ids }) => ids),
        ['a', 'b', 'c'],
      );
    },
  },
  {
    id: 'reading.closed-shards',
    behaviour: 23,
    section: '3.2, 3.3',
    title: 'TRIM_HORIZON delivers the records of closed shards',
    async run(t) {
      const table = await t.table();
      await table.putAll(['a', 'b', 'c']);
      await t.disableStream(table);
      const shards = await table.shards();
      t.ok(
        shards.every(({ SequenceNumberRange }) => SequenceNumberRange.EndingSequenceNumber),
        'disabling the stream closes its shards',
        shards,
      );
      const calls = await (await t.mapping(table)).seen(['a', 'b', 'c']);
      t.equal(
        calls.flatMap(({ ids }) => ids),
        ['a', 'b', 'c'],
      );
    },
  },
  {
    id: 'reading.latest',
    behaviour: 24,
    section: '3.2',
    title: 'LATEST delivers nothing written before the mapping polls',
    async run(t) {
      const table = await t.table();
      await table.putAll(['a', 'b']);
      const mapping = await t.mapping(table, { StartingPosition: 'LATEST' });
      await mapping.enabled();
      await t.eventually(
        async () => {
          await table.put('c', { n: { S: String(Date.now()) } });
          return (await mapping.batches()).flat().includes('c');
        },
        { seconds: 20 },
      );
      const all = new Set((await mapping.batches()).flat());
      t.equal([...all], ['c']);
    },
  },
  {
    id: 'reading.latest-after',
    behaviour: 24,
    section: '3.2',
    title: 'LATEST delivers what is written once polling has begun, in order',
    async run(t) {
      const table = await t.table();
      const mapping = await t.mapping(table, { StartingPosition: 'LATEST' });
      await mapping.enabled();
      await t.eventually(
        async () => {
          await table.put('first', { n: { S: String(Date.now()) } });
          return (await mapping.batches()).flat().includes('first');
        },
        { seconds: 20 },
      );
      const ids = numbered(20);
      await table.putAll(ids);
      const calls = await mapping.seen(ids);
      t.equal(
        calls.flatMap((call) => call.ids).filter((id) => id !== 'first'),
        ids,
      );
    },
  },
  {
    id: 'reading.position-not-on-enable',
    section: '2',
    title: 'StartingPosition LATEST counts once: enabled again, reading goes on where it was',
    async run(t) {
      const table = await t.table();
      const mapping = await t.mapping(table, { StartingPosition: 'LATEST' });
      await mapping.enabled();
      await t.eventually(
        async () => {
          await table.put('a', { n: { S: String(Date.now()) } });
          return (await mapping.batches()).flat().includes('a');
        },
        { seconds: 20 },
      );
      await mapping.update({ Enabled: false });
      await mapping.is('Disabled');
      await table.put('b');
      await mapping.update({ Enabled: true });
      t.equal(
        (await mapping.seen(['b'])).flatMap(({ ids }) => ids).filter((id) => id !== 'a'),
        ['b'],
      );
    },
  },
  {
    id: 'reading.order',
    behaviour: 25,
    section: '3.1',
    title: 'A hundred records of a shard arrive in order, each once',
    async run(t) {
      const table = await t.table();
      const ids = numbered(100);
      const mapping = await t.mapping(table, { BatchSize: 10 });
      await table.putAll(ids);
      t.equal(
        (await mapping.seen(ids)).flatMap((call) => call.ids),
        ids,
      );
    },
  },
  {
    id: 'reading.one-in-flight',
    behaviour: 25,
    section: '3.1',
    title: 'One call in flight per shard: the next waits for its end',
    async run(t) {
      const table = await t.table();
      await table.put('a', { do: t.gate('end') });
      await table.put('b');
      const mapping = await t.mapping(table, { BatchSize: 1 });
      await mapping.called(1);
      await t.quiet(1);
      t.equal(await mapping.batches(), [['a']], 'the second batch does not wait');
      await t.openGate('end');
      const [first, second] = await mapping.seen(['a', 'b']);
      t.ok(second.at >= first.ended, 'the second begins after the first has ended', [
        first.ended,
        second.at,
      ]);
    },
  },
  {
    id: 'reading.shards-independent',
    behaviour: 26,
    section: '3.1',
    title: 'A blocked shard does not hold another one',
    async run(t) {
      const table = await t.table();
      const [one, other] = await twoShards(t, table);
      await table.put('blocked', { pk: one, do: { throw: true } });
      await table.put('behind', { pk: one });
      const mapping = await t.mapping(table, { BatchSize: 1 });
      await mapping.seen(['blocked']);
      await table.putAll(['x', 'y'], { pk: other });
      const calls = await mapping.seen(['x', 'y']);
      t.equal(keyed(calls, other), ['where', 'x', 'y']);
      t.ok(
        !keyed(calls, one).includes('behind'),
        'nothing passes the failing record',
        keyed(calls, one),
      );
    },
  },
  {
    id: 'reading.shards-concurrent',
    behaviour: 26,
    section: '3.1',
    title: 'Two shards are worked on at the same time',
    async run(t) {
      const table = await t.table();
      const [one, other] = await twoShards(t, table);
      const mapping = await t.mapping(table);
      await table.put('held', { pk: one, do: t.gate('end') });
      await mapping.seen(['held']);
      await table.put('meanwhile', { pk: other });
      const calls = await mapping.seen(['meanwhile']);
      t.ok(
        calls.find(({ ids }) => ids.includes('held')).ended === undefined,
        'the first call has not ended yet',
        calls.map(({ ids }) => ids),
      );
      await t.openGate('end');
    },
  },
  {
    id: 'reading.shards-apart',
    section: '3.4',
    title: 'A batch never mixes shards',
    async run(t) {
      const table = await t.table();
      const [one, other] = await twoShards(t, table);
      const ids = numbered(10);
      for (const id of ids) {
        await table.put(id, { pk: one });
        await table.put(id, { pk: other });
      }
      const mapping = await t.mapping(table, { BatchSize: 100 });
      const calls = await t.eventually(async () => {
        const all = await mapping.calls();
        return keyed(all, one).length >= 11 && keyed(all, other).length >= 11 && all;
      });
      for (const { event } of calls) {
        const keys = new Set(event.Records.map(({ dynamodb }) => dynamodb.Keys.pk.S));
        t.ok(!(keys.has(one) && keys.has(other)), 'records of both shards are in one call', [
          ...keys,
        ]);
      }
      t.equal(keyed(calls, one), ['where', ...ids]);
      t.equal(keyed(calls, other), ['where', ...ids]);
    },
  },
  {
    id: 'reading.mappings-independent',
    section: '3.1',
    title: 'Of two functions on a stream, the failing one does not hold the other',
    async run(t) {
      const table = await t.table();
      await table.putAll(['a', 'b']);
      const failing = await t.ownFunction({ Handler: 'index.missing' });
      await t.mapping(table, { BatchSize: 1, function: failing });
      const mapping = await t.mapping(table, { BatchSize: 1 });
      t.equal(
        (await mapping.seen(['a', 'b'])).map(({ ids }) => ids),
        [['a'], ['b']],
      );
    },
  },
  {
    id: 'reading.source-arn',
    section: '3.4',
    title: "Every record of a call carries the stream's ARN",
    async run(t) {
      const table = await t.table();
      await table.putAll(['a', 'b', 'c']);
      const calls = await (await t.mapping(table)).seen(['c']);
      const arns = calls.flatMap(({ event }) =>
        event.Records.map(({ eventSourceARN }) => eventSourceARN),
      );
      t.equal([...new Set(arns)], [table.streamArn]);
    },
  },
]);
