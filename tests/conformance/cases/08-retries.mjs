// What happens to a batch that the function refuses.

import {
  DeleteFunctionConcurrencyCommand,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';

import { area } from '../framework/catalogue.mjs';

// Records `ids` before the mapping, those in `acting` with their actions; calls once `last` is seen, and reports.
async function deliver(t, { ids, acting, last = ids.at(-1), reports = 0, seconds, ...settings }) {
  const table = await t.table();
  const queue = await t.queue();
  for (const id of ids) await table.put(id, acting[id] && { do: acting[id] });
  const mapping = await t.mapping(table, {
    DestinationConfig: { OnFailure: { Destination: queue.arn } },
    ...settings,
  });
  const failures = reports > 0 ? await queue.reports(reports, { seconds: seconds ?? 40 }) : [];
  const calls = await mapping.seen([last], seconds ?? 40);
  return { table, mapping, queue, calls, batches: calls.map((call) => call.ids), failures };
}

const broken = [
  ['throw', 'main', { throw: true }, 'An exception'],
  ['exit', 'main', { exit: 1 }, 'The end of the process'],
  ['exit-0', 'main', { exit: 0 }, 'The end of the process with status 0'],
  ['timeout', 'brief', { hang: true }, 'A time-out'],
  ['large', 'main', { large: 6_300_000 }, 'A reply that is too large'],
];

export default area('Retries', [
  ...[0, 1, 3].map((retries) => ({
    id: `retries.attempts-${retries}`,
    behaviour: retries === 0 ? [42] : [41],
    section: '5.2',
    title: `MaximumRetryAttempts ${retries}: ${retries + 1} calls, and the report says so`,
    async run(t) {
      const { batches, failures } = await deliver(t, {
        ids: ['a', 'b'],
        acting: { a: { throw: true } },
        BatchSize: 1,
        MaximumRetryAttempts: retries,
        reports: 1,
      });
      t.equal(batches, [...Array(retries + 1).fill(['a']), ['b']]);
      t.equal(
        failures.map(({ requestContext }) => requestContext.approximateInvokeCount),
        [retries + 1],
      );
    },
  })),
  {
    id: 'retries.same-records',
    behaviour: 43,
    section: '5.2',
    title: 'A retry has the same records and another request ID',
    async run(t) {
      const table = await t.table();
      await table.put('a');
      await table.put('b', { do: { throw: true, times: 2 } });
      await table.put('c');
      const mapping = await t.mapping(table, { BatchSize: 3, MaximumRetryAttempts: 5 });
      const calls = await mapping.called(3);
      t.equal(
        calls.map(({ ids }) => ids),
        Array(3).fill(['a', 'b', 'c']),
      );
      t.equal(
        calls.map(({ event }) => event),
        Array(3).fill(calls[0].event),
        'the event is another',
      );
      t.equal(new Set(calls.map(({ id }) => id)).size, 3, 'a request ID is used twice');
    },
  },
  {
    id: 'retries.no-refill',
    behaviour: 43,
    section: '5.2',
    certainty: 'inferred',
    title: 'A batch that is tried again is not filled up with newer records',
    async run(t) {
      const table = await t.table();
      await table.put('a', { do: { throw: true, times: 2 } });
      const mapping = await t.mapping(table, { BatchSize: 10 });
      await mapping.called(1);
      await table.put('b');
      const calls = await mapping.seen(['b']);
      t.equal(
        calls.map(({ ids }) => ids),
        [['a'], ['a'], ['a'], ['b']],
      );
    },
  },
  {
    id: 'retries.goes-on',
    behaviour: 44,
    section: '5.2',
    title: 'After exhaustion the shard goes on with the next record',
    async run(t) {
      const { batches } = await deliver(t, {
        ids: ['a', 'b', 'c', 'd'],
        acting: { a: { throw: true }, c: { throw: true } },
        BatchSize: 1,
        MaximumRetryAttempts: 0,
      });
      t.equal(batches, [['a'], ['b'], ['c'], ['d']]);
    },
  },
  {
    id: 'retries.whole-batch',
    behaviour: 44,
    section: '5.2',
    title: 'A failed batch is given up as a whole',
    async run(t) {
      const { batches, failures } = await deliver(t, {
        ids: ['a', 'b', 'c', 'd'],
        acting: { b: { throw: true } },
        BatchSize: 3,
        MaximumRetryAttempts: 1,
        reports: 1,
      });
      t.equal(batches, [['a', 'b', 'c'], ['a', 'b', 'c'], ['d']]);
      t.equal(
        failures.map(({ DDBStreamBatchInfo }) => DDBStreamBatchInfo.batchSize),
        [3],
      );
    },
  },
  {
    id: 'retries.recovers',
    section: '5.2',
    title: 'A function that recovers gets the batch again, and nothing is reported',
    async run(t) {
      const { batches, queue } = await deliver(t, {
        ids: ['a', 'b'],
        acting: { a: { throw: true, times: 2 } },
        BatchSize: 1,
        MaximumRetryAttempts: 5,
      });
      t.equal(batches, [['a'], ['a'], ['a'], ['b']]);
      t.equal(await queue.size(), 0, 'a report is sent');
    },
  },
  {
    id: 'retries.unlimited',
    section: '1.3, 5.2',
    title: 'MaximumRetryAttempts -1: the failing batch is tried again and again, nothing passes it',
    async run(t) {
      const table = await t.table();
      await table.put('a', { do: { throw: true } });
      await table.put('b');
      const mapping = await t.mapping(table, { BatchSize: 1 });
      const calls = await mapping.called(4, 30);
      t.ok(
        calls.every(({ ids }) => ids[0] === 'a'),
        'something passes the failing record',
        calls.map(({ ids }) => ids),
      );
    },
  },
  {
    id: 'retries.growing',
    behaviour: 60,
    section: '5.2',
    title: 'The gap between retries grows',
    async run(t) {
      const table = await t.table();
      await table.put('a', { do: { throw: true } });
      const mapping = await t.mapping(table);
      const times = (await mapping.called(5, 40)).map(({ at }) => at);
      const gaps = times.slice(1).map((at, position) => at - times[position]);
      t.ok(gaps[3] > gaps[0], 'the fourth gap is longer than the first', gaps);
    },
  },
  {
    id: 'retries.throttled',
    behaviour: 45,
    section: '5.1',
    title: 'A throttled function does not use up attempts',
    async run(t) {
      const own = await t.ownFunction();
      await t.lambda(
        new PutFunctionConcurrencyCommand({
          FunctionName: own.name,
          ReservedConcurrentExecutions: 0,
        }),
      );
      const table = await t.table();
      const queue = await t.queue();
      await table.put('a');
      const mapping = await t.mapping(table, {
        function: own,
        MaximumRetryAttempts: 0,
        DestinationConfig: { OnFailure: { Destination: queue.arn } },
      });
      await mapping.enabled();
      await t.quiet(3);
      t.equal(await queue.size(), 0, 'a report is sent');
      await t.lambda(new DeleteFunctionConcurrencyCommand({ FunctionName: own.name }));
      t.equal(
        (await mapping.seen(['a'], 60)).map(({ ids }) => ids),
        [['a']],
      );
    },
  },
  ...broken.map(([name, target, action, title]) => ({
    id: `retries.${name}`,
    behaviour: 46,
    section: '5.1',
    title: `${title} counts as an attempt`,
    async run(t) {
      const { batches, failures } = await deliver(t, {
        ids: ['a', 'b'],
        acting: { a: action },
        function: target,
        BatchSize: 1,
        MaximumRetryAttempts: 1,
        reports: 1,
      });
      t.equal(batches, [['a'], ['a'], ['b']]);
      t.equal(
        [
          failures[0].requestContext.approximateInvokeCount,
          failures[0].responseContext.functionError,
        ],
        [2, 'Unhandled'],
      );
    },
  })),
  {
    id: 'retries.init-error',
    behaviour: 46,
    section: '5.1',
    title: 'A function that cannot be loaded counts as an attempt',
    async run(t) {
      const table = await t.table();
      const queue = await t.queue();
      await table.put('a');
      await t.mapping(table, {
        function: await t.ownFunction({ Handler: 'index.missing' }),
        MaximumRetryAttempts: 1,
        DestinationConfig: { OnFailure: { Destination: queue.arn } },
      });
      const [report] = await queue.reports(1, { seconds: 30 });
      t.equal(
        [report.requestContext.approximateInvokeCount, report.responseContext.functionError],
        [2, 'Unhandled'],
      );
    },
  },
  {
    id: 'retries.any-reply',
    section: '5.1',
    title: 'Without flags, any reply is a success',
    async run(t) {
      const { batches, queue } = await deliver(t, {
        ids: ['a', 'b', 'c', 'd', 'e'],
        BatchSize: 1,
        MaximumRetryAttempts: 1,
        acting: {
          a: { answer: '"failed"' },
          b: { answer: '{"errorMessage": "no"}' },
          c: { answer: '[1]' },
          d: { answer: 'false' },
        },
      });
      t.equal(batches, [['a'], ['b'], ['c'], ['d'], ['e']]);
      t.equal(await queue.size(), 0, 'a report is sent');
    },
  },
  {
    id: 'retries.counter-restarts',
    behaviour: 47,
    section: '5.2',
    title: 'The counter restarts when the checkpoint moves: a bad last record is seen 1 + 4 times',
    async run(t) {
      const { batches, failures } = await deliver(t, {
        ids: ['1', '2', '3', '4', '5', '6'],
        acting: { 6: { fail: true } },
        BatchSize: 3,
        MaximumRetryAttempts: 3,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        reports: 1,
      });
      t.equal(batches, [['1', '2', '3'], ['4', '5', '6'], ['6'], ['6'], ['6'], ['6']]);
      t.equal(
        [
          failures[0].requestContext.approximateInvokeCount,
          failures[0].DDBStreamBatchInfo.batchSize,
        ],
        [4, 1],
      );
    },
  },
  {
    id: 'retries.no-destination',
    section: '5.9',
    title: 'Without a destination a batch that is given up is dropped silently',
    async run(t) {
      const table = await t.table();
      await table.put('a', { do: { throw: true } });
      await table.put('b');
      const mapping = await t.mapping(table, { BatchSize: 1, MaximumRetryAttempts: 1 });
      t.equal(
        (await mapping.seen(['b'])).map(({ ids }) => ids),
        [['a'], ['a'], ['b']],
      );
    },
  },
]);
