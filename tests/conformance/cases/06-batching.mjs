// How many records a call gets, and how long they wait for each other.

import { area } from '../framework/catalogue.mjs';

const numbered = (count) =>
  Array.from({ length: count }, (_, at) => `r${String(at).padStart(3, '0')}`);

export default area('Batching', [
  {
    id: 'batching.size-one',
    behaviour: 28,
    section: '3.4',
    title: 'BatchSize 1: each record has its own call',
    async run(t) {
      const table = await t.table();
      await table.putAll(['a', 'b', 'c']);
      const calls = await (await t.mapping(table, { BatchSize: 1 })).seen(['c']);
      t.equal(
        calls.map(({ ids }) => ids),
        [['a'], ['b'], ['c']],
      );
    },
  },
  {
    id: 'batching.size',
    behaviour: 28,
    section: '3.2, 3.4',
    title: 'BatchSize 10 and 25 records that were there before: 10, 10, 5',
    async run(t) {
      const table = await t.table();
      const ids = numbered(25);
      await table.putAll(ids);
      const calls = await (await t.mapping(table, { BatchSize: 10 })).seen(ids);
      t.equal(
        calls.map((call) => call.ids.length),
        [10, 10, 5],
      );
      t.equal(
        calls.flatMap((call) => call.ids),
        ids,
      );
    },
  },
  {
    id: 'batching.default-size',
    behaviour: [4, 28],
    section: '1.3',
    title: 'The default BatchSize is 100: of 101 records one is left for a second call',
    async run(t) {
      const table = await t.table();
      const ids = numbered(101);
      await table.putAll(ids);
      const calls = await (await t.mapping(table)).seen(ids);
      t.equal(
        calls.map((call) => call.ids.length),
        [100, 1],
      );
    },
  },
  {
    id: 'batching.size-after-update',
    section: '1.8, 3.4',
    title: 'A new BatchSize counts from the update on',
    async run(t) {
      const table = await t.table();
      await table.putAll(['a', 'b']);
      const mapping = await t.mapping(table, { BatchSize: 1, Enabled: false });
      await mapping.is('Disabled');
      await mapping.update({ BatchSize: 2, Enabled: true });
      t.equal(
        (await mapping.seen(['a', 'b'])).map(({ ids }) => ids),
        [['a', 'b']],
      );
    },
  },
  {
    id: 'batching.no-window',
    behaviour: 30,
    section: '3.4',
    title: 'Window 0: a single record is delivered at once',
    async run(t) {
      const table = await t.table();
      const mapping = await t.mapping(table);
      await table.put('first');
      await mapping.seen(['first']);
      const started = Date.now();
      await table.put('a');
      await mapping.seen(['a']);
      const took = Date.now() - started;
      t.ok(
        took < 3000 * t.suite.options.patience,
        'it takes no longer than a poll or two',
        `${took} ms`,
      );
    },
  },
  {
    id: 'batching.window-gathers',
    behaviour: 29,
    section: '3.4',
    title: 'Window 3 s: records of 1 s are one call',
    async run(t) {
      const table = await t.table();
      const mapping = await t.mapping(table, { MaximumBatchingWindowInSeconds: 3, BatchSize: 100 });
      await mapping.enabled();
      await table.put('a');
      await t.pause(1);
      await table.put('b');
      t.equal(
        (await mapping.seen(['a', 'b'])).map(({ ids }) => ids),
        [['a', 'b']],
      );
    },
  },
  {
    id: 'batching.window-ends',
    behaviour: 29,
    section: '3.4',
    title: 'Window 2 s: less than a full batch waits for the window, and no longer',
    async run(t) {
      const table = await t.table();
      const mapping = await t.mapping(table, { MaximumBatchingWindowInSeconds: 2, BatchSize: 100 });
      await mapping.enabled();
      const started = Date.now();
      await table.put('a');
      const [{ at }] = await mapping.seen(['a']);
      t.ok(
        at - started < 2000 + 3000 * t.suite.options.patience,
        'it waits longer than the window',
        `${at - started} ms`,
      );
    },
  },
  {
    id: 'batching.window-first-record',
    behaviour: 29,
    section: '3.4',
    certainty: 'inferred',
    title: 'The first window begins with the first record read',
    async run(t) {
      const table = await t.table();
      const mapping = await t.mapping(table, { MaximumBatchingWindowInSeconds: 2, BatchSize: 100 });
      await mapping.enabled();
      await t.pause(2.5);
      const started = Date.now();
      await table.put('a');
      const [{ at }] = await mapping.seen(['a']);
      t.ok(at - started > 1500, 'it does not wait for the window', `${at - started} ms`);
    },
  },
  {
    id: 'batching.window-full',
    behaviour: 29,
    section: '3.4',
    title: 'Window 120 s: a full batch goes at once',
    async run(t) {
      const table = await t.table();
      const ids = numbered(5);
      await table.putAll(ids);
      const mapping = await t.mapping(table, { MaximumBatchingWindowInSeconds: 120, BatchSize: 5 });
      t.equal(
        (await mapping.seen(ids)).map((call) => call.ids),
        [ids],
      );
    },
  },
  {
    id: 'batching.window-full-then-rest',
    behaviour: 29,
    section: '3.4',
    title: 'Of seven records five go at once, two wait for the window',
    async run(t) {
      const table = await t.table();
      const ids = numbered(7);
      await table.putAll(ids);
      const mapping = await t.mapping(table, { MaximumBatchingWindowInSeconds: 3, BatchSize: 5 });
      const calls = await mapping.seen(ids);
      t.equal(
        calls.map((call) => call.ids.length),
        [5, 2],
      );
      t.ok(
        calls[1].at - calls[0].at > 1500,
        'the rest waits for the window',
        calls[1].at - calls[0].at,
      );
    },
  },
  {
    id: 'batching.window-shard-end',
    section: '3.3',
    certainty: 'inferred',
    title: 'A partial batch at the end of a shard does not wait for the window',
    async run(t) {
      const table = await t.table();
      await table.putAll(['a', 'b']);
      const mapping = await t.mapping(table, { MaximumBatchingWindowInSeconds: 120 });
      await mapping.enabled();
      await t.quiet(0.5);
      await t.disableStream(table);
      t.equal(
        (await mapping.seen(['a', 'b'])).map(({ ids }) => ids),
        [['a', 'b']],
      );
    },
  },
  {
    id: 'batching.payload',
    behaviour: 31,
    section: '3.4',
    title: 'A batch never passes 6 MB of event',
    async run(t) {
      const table = await t.table();
      const ids = numbered(20);
      for (const id of ids) await table.put(id, { filling: { S: 'x'.repeat(390_000) } });
      const calls = await (await t.mapping(table)).seen(ids, 40);
      t.equal(
        calls.flatMap((call) => call.ids),
        ids,
      );
      t.ok(calls.length > 1, 'twenty records of 390 kB need more than one call', calls.length);
      t.ok(
        calls.every(({ bytes }) => bytes === undefined || bytes <= 6_291_456),
        'a call is larger than 6291456 bytes',
        calls.map(({ bytes }) => bytes),
      );
    },
  },
  {
    id: 'batching.payload-window',
    behaviour: 31,
    section: '3.4',
    title: 'Nor one that is gathered over a window',
    async run(t) {
      const table = await t.table();
      const ids = numbered(20);
      for (const id of ids) await table.put(id, { filling: { S: 'x'.repeat(390_000) } });
      const calls = await (
        await t.mapping(table, { MaximumBatchingWindowInSeconds: 10, BatchSize: 1000 })
      ).seen(ids, 60);
      t.equal(
        calls.flatMap((call) => call.ids),
        ids,
      );
      t.ok(
        calls.every(({ bytes }) => bytes === undefined || bytes <= 6_291_456),
        'a call is larger than 6291456 bytes',
        calls.map(({ bytes }) => bytes),
      );
      t.ok(
        calls.length < 10,
        'the window gathers nothing',
        calls.map((call) => call.ids.length),
      );
    },
  },
  {
    id: 'batching.no-empty',
    behaviour: 34,
    section: '3.4',
    title: 'No call for an empty batch, with a window or without',
    async run(t) {
      const one = await t.mapping(await t.table());
      const other = await t.mapping(await t.table(), { MaximumBatchingWindowInSeconds: 1 });
      await one.enabled();
      await other.enabled();
      await t.quiet(2.5);
      t.equal([await one.batches(), await other.batches()], [[], []]);
    },
  },
]);
