// A failed batch is split in two, and again, until the record at fault is alone.

import { area } from '../framework/catalogue.mjs';

async function deliver(t, { ids, acting, reports = 0, last = ids.at(-1), ...settings }) {
  const table = await t.table();
  const queue = await t.queue();
  for (const id of ids) await table.put(id, acting[id] && { do: acting[id] });
  const mapping = await t.mapping(table, {
    BisectBatchOnFunctionError: true,
    MaximumRetryAttempts: 0,
    DestinationConfig: { OnFailure: { Destination: queue.arn } },
    ...settings,
  });
  const failures = reports > 0 ? await queue.reports(reports, { seconds: 30 }) : [];
  const calls = await mapping.seen([last]);
  return { mapping, table, queue, calls, batches: calls.map((call) => call.ids), failures };
}

const numbers = (count) => Array.from({ length: count }, (_, at) => String(at + 1));
const poison = { throw: true };

export default area('Bisect', [
  {
    id: 'bisect.split',
    behaviour: 54,
    section: '5.5',
    title: 'A failed batch is split, both parts are tried, the earlier one first',
    async run(t) {
      const { batches } = await deliver(t, {
        ids: ['a', 'b', 'c'],
        acting: { a: { throw: true, times: 1 } },
        BatchSize: 2,
      });
      t.equal(batches, [['a', 'b'], ['a'], ['b'], ['c']]);
    },
  },
  {
    id: 'bisect.isolates',
    behaviour: 55,
    section: '5.5',
    title: 'One poison record among eight: the seven others are delivered, one is reported',
    async run(t) {
      const ids = numbers(9);
      const { calls, failures } = await deliver(t, {
        ids,
        acting: { 6: poison },
        BatchSize: 8,
        reports: 1,
      });
      const good = new Set(
        calls.filter((call) => !call.ids.includes('6')).flatMap((call) => call.ids),
      );
      t.equal(
        [...good].sort(),
        ids.filter((id) => id !== '6'),
      );
      const { SequenceNumber } = calls[0].event.Records[5].dynamodb;
      t.equal(
        failures.map(({ DDBStreamBatchInfo: { startSequenceNumber, batchSize } }) => [
          startSequenceNumber,
          batchSize,
        ]),
        [[SequenceNumber, 1]],
      );
    },
  },
  {
    id: 'bisect.order',
    behaviour: 54,
    section: '5.5',
    title: 'Successes come in order, and none twice',
    async run(t) {
      const ids = numbers(9);
      const { calls } = await deliver(t, {
        ids,
        acting: { 3: poison, 6: poison },
        BatchSize: 8,
        reports: 2,
      });
      const good = calls
        .filter((call) => !call.ids.includes('3') && !call.ids.includes('6'))
        .flatMap((call) => call.ids);
      t.equal(
        good,
        ids.filter((id) => id !== '3' && id !== '6'),
      );
    },
  },
  {
    id: 'bisect.free',
    behaviour: 56,
    section: '5.5',
    title: 'Splits use up no attempts: with MaximumRetryAttempts 0 the record is still isolated',
    async run(t) {
      const { batches, failures } = await deliver(t, {
        ids: numbers(9),
        acting: { 8: poison },
        BatchSize: 8,
        reports: 1,
      });
      t.equal(
        failures.map(({ DDBStreamBatchInfo }) => DDBStreamBatchInfo.batchSize),
        [1],
      );
      t.ok(
        batches.some((batch) => batch.length === 1 && batch[0] === '8'),
        'the poison record is alone in a call',
        batches,
      );
    },
  },
  {
    id: 'bisect.halves',
    behaviour: 56,
    section: '5.5',
    certainty: 'inferred',
    title: 'Eight, four, two, one: the halves of a batch',
    async run(t) {
      const { batches } = await deliver(t, {
        ids: numbers(9),
        acting: { 6: poison },
        BatchSize: 8,
        reports: 1,
      });
      t.equal(batches, [
        ['1', '2', '3', '4', '5', '6', '7', '8'],
        ['1', '2', '3', '4'],
        ['5', '6', '7', '8'],
        ['5', '6'],
        ['5'],
        ['6'],
        ['7', '8'],
        ['9'],
      ]);
    },
  },
  {
    id: 'bisect.odd',
    section: '5.5',
    certainty: 'inferred',
    title: 'A batch of three is split into one and two',
    async run(t) {
      const { batches } = await deliver(t, {
        ids: numbers(4),
        acting: { 3: poison },
        BatchSize: 3,
        reports: 1,
      });
      t.equal(batches, [['1', '2', '3'], ['1'], ['2', '3'], ['2'], ['3'], ['4']]);
    },
  },
  {
    id: 'bisect.worked-example',
    section: '5.5',
    certainty: 'inferred',
    title: 'The worked example: four records, the third poisoned, one retry',
    async run(t) {
      const { batches, failures } = await deliver(t, {
        ids: numbers(5),
        acting: { 3: poison },
        BatchSize: 4,
        MaximumRetryAttempts: 1,
        reports: 1,
      });
      t.equal(batches, [['1', '2', '3', '4'], ['1', '2'], ['3', '4'], ['3'], ['3'], ['4'], ['5']]);
      t.equal(failures[0].requestContext.approximateInvokeCount, 2);
    },
  },
  {
    id: 'bisect.batch-size-kept',
    section: '5.5',
    title: 'Later batches are full again',
    async run(t) {
      const { batches } = await deliver(t, {
        ids: numbers(8),
        acting: { 1: poison },
        BatchSize: 4,
        reports: 1,
      });
      t.equal(batches.at(-1), ['5', '6', '7', '8']);
    },
  },
  {
    id: 'bisect.all-poison',
    section: '5.5',
    certainty: 'inferred',
    title: 'All poisoned: one report for each record',
    async run(t) {
      const { failures } = await deliver(t, {
        ids: ['a', 'b', 'c', 'd'],
        acting: { a: poison, b: poison, c: poison },
        BatchSize: 3,
        reports: 3,
      });
      t.equal(
        failures.map(({ DDBStreamBatchInfo }) => DDBStreamBatchInfo.batchSize),
        [1, 1, 1],
      );
    },
  },
  {
    id: 'bisect.recovers',
    section: '5.5',
    title: 'A function that fails on large batches only: all is delivered',
    async run(t) {
      const acting = Object.fromEntries(numbers(4).map((id) => [id, { throw: true, times: 1 }]));
      const { calls, queue } = await deliver(t, {
        ids: numbers(5),
        acting,
        BatchSize: 4,
        MaximumRetryAttempts: 2,
      });
      t.equal(
        calls.slice(1).flatMap(({ ids }) => ids),
        numbers(5),
      );
      t.equal(await queue.size(), 0, 'a report is sent');
    },
  },
  {
    id: 'bisect.partial-cut',
    behaviour: 57,
    section: '5.5',
    title: 'With a partial reply the cut is at the returned number',
    async run(t) {
      const { batches } = await deliver(t, {
        ids: numbers(9),
        acting: { 2: { fail: true, times: 1 } },
        BatchSize: 8,
        MaximumRetryAttempts: 1,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      });
      t.equal(batches.slice(0, 2), [numbers(8), numbers(8).slice(1)]);
    },
  },
  {
    id: 'bisect.malformed',
    section: '5.5',
    certainty: 'inferred',
    title: 'With a malformed partial reply the batch is halved',
    async run(t) {
      const { batches } = await deliver(t, {
        ids: numbers(5),
        acting: { 4: { answer: '{"batchItemFailures":[{"itemIdentifier":""}]}' } },
        BatchSize: 4,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        reports: 1,
      });
      t.equal(batches, [['1', '2', '3', '4'], ['1', '2'], ['3', '4'], ['3'], ['4'], ['5']]);
    },
  },
  {
    id: 'bisect.partial-first',
    section: '5.10',
    certainty: 'inferred',
    title: 'A partial reply that names the first record: nothing to cut, so it is halved',
    async run(t) {
      const { batches } = await deliver(t, {
        ids: numbers(5),
        acting: { 1: { fail: true, times: 1 } },
        BatchSize: 4,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      });
      t.equal(batches, [['1', '2', '3', '4'], ['1', '2'], ['3', '4'], ['5']]);
    },
  },
  {
    id: 'bisect.time-out',
    section: '5.5',
    title: 'A time-out is split like an exception',
    async run(t) {
      const { batches } = await deliver(t, {
        ids: ['a', 'b', 'c'],
        acting: { a: { hang: true, times: 1 } },
        BatchSize: 2,
        function: 'brief',
      });
      t.equal(batches, [['a', 'b'], ['a'], ['b'], ['c']]);
    },
  },
]);
