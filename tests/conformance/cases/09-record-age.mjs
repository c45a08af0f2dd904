// Records that have become too old to try. The least age a mapping can have is a minute, so these wait.

import { area } from '../framework/catalogue.mjs';

const slow = true;

async function aged(t, settings = {}) {
  const table = await t.table();
  const queue = await t.queue();
  const members = {
    MaximumRecordAgeInSeconds: 60,
    DestinationConfig: { OnFailure: { Destination: queue.arn } },
    ...settings,
  };
  return { table, queue, members };
}

export default area('Record age', [
  {
    id: 'age.never-invoked',
    behaviour: 59,
    section: '5.3, 5.7',
    slow,
    title: 'Too old before the first call: count 1, no responseContext, no call',
    async run(t) {
      const { table, queue, members } = await aged(t);
      await table.put('a');
      await t.pause(62);
      const mapping = await t.mapping(table, members);
      const [report] = await queue.reports(1);
      t.equal(await mapping.batches(), []);
      t.equal(
        [
          report.requestContext.condition,
          report.requestContext.approximateInvokeCount,
          'responseContext' in report,
        ],
        ['RecordAgeExceeded', 1, false],
      );
    },
  },
  {
    id: 'age.old-and-young',
    behaviour: 58,
    section: '5.3',
    slow,
    title: 'One old record and five young ones: one report, five delivered',
    async run(t) {
      const { table, queue, members } = await aged(t);
      await table.put('old');
      await t.pause(61.5);
      const young = ['b', 'c', 'd', 'e', 'f'];
      await table.putAll(young);
      const mapping = await t.mapping(table, members);
      t.equal(
        (await mapping.seen(young)).map(({ ids }) => ids),
        [young],
      );
      const reports = await queue.reports(1);
      t.equal(
        reports.map(({ DDBStreamBatchInfo }) => DDBStreamBatchInfo.batchSize),
        [1],
      );
    },
  },
  {
    id: 'age.while-retrying',
    behaviour: 58,
    section: '5.3',
    slow,
    title: 'Age is reached while retrying: the record is dropped and the shard goes on',
    async run(t) {
      const { table, queue, members } = await aged(t, { BatchSize: 1 });
      await table.put('a', { do: { throw: true } });
      const mapping = await t.mapping(table, members);
      await mapping.called(1);
      await t.pause(30);
      await table.put('b');
      const [report] = await queue.reports(1, { seconds: 50 });
      const calls = await mapping.seen(['b']);
      t.equal(
        [report.requestContext.condition, 'responseContext' in report],
        ['RecordAgeExceeded', false],
      );
      t.equal(calls.at(-1).ids, ['b']);
    },
  },
  {
    id: 'age.count',
    behaviour: 59,
    section: '5.3',
    slow,
    certainty: 'inferred',
    title: 'The count of a record that grew too old is the calls made, and one',
    async run(t) {
      const { table, queue, members } = await aged(t);
      await table.put('a', { do: { throw: true } });
      const mapping = await t.mapping(table, members);
      const [report] = await queue.reports(1, { seconds: 80 });
      t.equal(report.requestContext.approximateInvokeCount, (await mapping.calls()).length + 1);
    },
  },
  {
    id: 'age.retries-first',
    section: '5.3',
    certainty: 'inferred',
    title: 'Attempts that run out first: RetryAttemptsExhausted',
    async run(t) {
      const { table, queue, members } = await aged(t, { MaximumRetryAttempts: 1 });
      await table.put('a', { do: { throw: true } });
      await t.mapping(table, members);
      const [report] = await queue.reports(1);
      t.equal(report.requestContext.condition, 'RetryAttemptsExhausted');
    },
  },
  {
    id: 'age.bisect',
    section: '5.5',
    slow,
    certainty: 'inferred',
    title: 'Old records are cut off the head, not bisected',
    async run(t) {
      const { table, queue, members } = await aged(t, { BisectBatchOnFunctionError: true });
      await table.putAll(['old 1', 'old 2']);
      await t.pause(61.5);
      await table.putAll(['b', 'c']);
      const mapping = await t.mapping(table, members);
      t.equal(
        (await mapping.seen(['b', 'c'])).map(({ ids }) => ids),
        [['b', 'c']],
      );
      const sizes = async () =>
        (await queue.reports(1)).map(({ DDBStreamBatchInfo }) => DDBStreamBatchInfo.batchSize);
      await t.eventually(
        async () =>
          t.equal(
            (await sizes()).reduce((sum, size) => sum + size, 0),
            2,
          ) ?? true,
      );
    },
  },
  {
    id: 'age.young-enough',
    section: '5.3',
    title: 'A record younger than the limit is delivered',
    async run(t) {
      const { table, queue, members } = await aged(t);
      await table.put('a');
      const mapping = await t.mapping(table, members);
      t.equal(
        (await mapping.seen(['a'])).map(({ ids }) => ids),
        [['a']],
      );
      t.equal(await queue.size(), 0);
    },
  },
]);
