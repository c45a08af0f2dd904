// ReportBatchItemFailures: what a reply says about how far a batch got.

import { area } from '../framework/catalogue.mjs';

const reporting = { FunctionResponseTypes: ['ReportBatchItemFailures'] };

async function deliver(t, { ids, acting, reports = 0, last = ids.at(-1), ...settings }) {
  const table = await t.table();
  const queue = await t.queue();
  for (const id of ids) await table.put(id, acting[id] && { do: acting[id] });
  const mapping = await t.mapping(table, {
    ...reporting,
    MaximumRetryAttempts: 1,
    DestinationConfig: { OnFailure: { Destination: queue.arn } },
    ...settings,
  });
  const failures = reports > 0 ? await queue.reports(reports, { seconds: 30 }) : [];
  const calls = await mapping.seen([last]);
  return { mapping, queue, calls, batches: calls.map((call) => call.ids), failures };
}

// A reply that is a success: the record after it comes next, and nothing is reported.
const succeeds = (name, answer, more = {}) => ({
  id: `partial.success-${name}`,
  behaviour: 48,
  section: '5.4',
  title: `The reply ${answer} is a success`,
  ...more,
  async run(t) {
    const { batches, queue } = await deliver(t, {
      ids: ['a', 'b'],
      acting: { a: { answer } },
      BatchSize: 1,
    });
    t.equal(batches, [['a'], ['b']]);
    t.equal(await queue.size(), 0, 'a report is sent');
  },
});

// A reply that fails the whole batch, counts as an attempt, and has functionError null in the report.
const fails = (name, answer, more = {}) => ({
  id: `partial.failure-${name}`,
  behaviour: 49,
  section: '5.4',
  title: `The reply ${answer} fails the whole batch`,
  ...more,
  async run(t) {
    const { batches, failures } = await deliver(t, {
      ids: ['a', 'b', 'c'],
      acting: { a: { answer } },
      BatchSize: 2,
      reports: 1,
    });
    t.equal(batches, [['a', 'b'], ['a', 'b'], ['c']]);
    t.equal(failures[0].responseContext, {
      statusCode: 200,
      executedVersion: '$LATEST',
      functionError: null,
    });
    t.equal(
      [failures[0].requestContext.approximateInvokeCount, failures[0].DDBStreamBatchInfo.batchSize],
      [2, 2],
    );
  },
});

const inferred = { certainty: 'inferred' };

export default area('Partial batch responses', [
  succeeds('list', '[]'),
  succeeds('null', 'null'),
  succeeds('object', '{}'),
  succeeds('empty-list', '{"batchItemFailures":[]}'),
  succeeds('null-list', '{"batchItemFailures":null}'),
  succeeds('empty-text', '""', { ...inferred, behaviour: undefined }),
  {
    id: 'partial.success-nothing',
    behaviour: 48,
    section: '5.4',
    title: 'A handler that returns nothing succeeds',
    async run(t) {
      const { batches } = await deliver(t, { ids: ['a', 'b'], acting: {}, BatchSize: 1 });
      t.equal(batches, [['a'], ['b']]);
    },
  },
  fails('unknown-id', '{"batchItemFailures":[{"itemIdentifier":"123"}]}', inferred),
  fails('number', '{"batchItemFailures":[{"itemIdentifier":123}]}'),
  fails('empty-id', '{"batchItemFailures":[{"itemIdentifier":""}]}'),
  fails('null-id', '{"batchItemFailures":[{"itemIdentifier":null}]}'),
  fails('wrong-key', '{"batchItemFailures":[{"foo":123}]}'),
  fails('wrong-key-null', '{"batchItemFailures":[{"foo":null}]}'),
  fails(
    'good-and-bad',
    '{"batchItemFailures":[{"itemIdentifier":"$ID"},{"itemIdentifier":"123"}]}',
    inferred,
  ),
  fails('not-a-list', '{"batchItemFailures":"$ID"}', inferred),
  fails('text', '"text"', { ...inferred, behaviour: undefined }),
  {
    id: 'partial.middle',
    behaviour: 50,
    section: '5.4',
    title: 'A known id: that record and all after it come again, those before do not',
    async run(t) {
      const { batches, queue } = await deliver(t, {
        ids: ['a', 'b', 'c', 'd', 'e'],
        acting: { c: { fail: true, times: 1 } },
        BatchSize: 4,
        MaximumRetryAttempts: 5,
      });
      t.equal(batches[0], ['a', 'b', 'c', 'd']);
      t.equal(batches[1].slice(0, 2), ['c', 'd']);
      t.equal(batches.slice(1).flat(), ['c', 'd', 'e']);
      t.equal(await queue.size(), 0, 'a report is sent');
    },
  },
  {
    id: 'partial.no-refill',
    section: '5.4, 10',
    certainty: 'inferred',
    title: 'The remainder of a batch is not filled up',
    async run(t) {
      const { batches } = await deliver(t, {
        ids: ['a', 'b', 'c', 'd', 'e'],
        acting: { c: { fail: true, times: 1 } },
        BatchSize: 4,
        MaximumRetryAttempts: 5,
      });
      t.equal(batches, [['a', 'b', 'c', 'd'], ['c', 'd'], ['e']]);
    },
  },
  {
    id: 'partial.lowest',
    behaviour: 50,
    section: '5.4',
    title: 'Several ids: the lowest sequence number decides',
    async run(t) {
      const { batches } = await deliver(t, {
        ids: ['a', 'b', 'c', 'd', 'e'],
        acting: { b: { fail: true, times: 1 }, d: { fail: true, times: 1 } },
        BatchSize: 4,
        MaximumRetryAttempts: 5,
      });
      t.equal(batches.slice(0, 2), [
        ['a', 'b', 'c', 'd'],
        ['b', 'c', 'd'],
      ]);
    },
  },
  {
    id: 'partial.numeric',
    behaviour: 53,
    section: '5.4',
    title: 'Twenty listed ids, the last first: the numerically lowest decides',
    async run(t) {
      const ids = Array.from({ length: 20 }, (_, at) => `r${String(at).padStart(2, '0')}`);
      const { batches } = await deliver(t, {
        ids: [...ids, 'last'],
        acting: Object.fromEntries(ids.slice(1).map((id) => [id, { fail: true, times: 1 }])),
        BatchSize: 20,
        MaximumRetryAttempts: 5,
      });
      t.equal(batches.slice(0, 2), [ids, ids.slice(1)]);
    },
  },
  {
    id: 'partial.first',
    section: '5.4',
    certainty: 'inferred',
    title: 'The id of the first record: the whole batch again, and an attempt is used',
    async run(t) {
      const { batches, failures } = await deliver(t, {
        ids: ['a', 'b', 'c'],
        acting: { a: { fail: true } },
        BatchSize: 2,
        MaximumRetryAttempts: 2,
        reports: 1,
      });
      t.equal(batches, [['a', 'b'], ['a', 'b'], ['a', 'b'], ['c']]);
      t.equal(
        [
          failures[0].requestContext.approximateInvokeCount,
          failures[0].responseContext.functionError,
        ],
        [3, null],
      );
    },
  },
  {
    id: 'partial.single',
    behaviour: 49,
    section: '5.4, 5.7',
    title: 'A batch of one that reports itself: functionError null, the calls counted',
    async run(t) {
      const { batches, failures } = await deliver(t, {
        ids: ['a', 'b'],
        acting: { a: { fail: true } },
        BatchSize: 1,
        MaximumRetryAttempts: 2,
        reports: 1,
      });
      t.equal(batches, [['a'], ['a'], ['a'], ['b']]);
      t.equal(failures[0].responseContext, {
        statusCode: 200,
        executedVersion: '$LATEST',
        functionError: null,
      });
      t.equal(failures[0].requestContext.approximateInvokeCount, 3);
    },
  },
  {
    id: 'partial.report-remainder',
    behaviour: 47,
    section: '5.4',
    title: 'Given up, the report describes the remainder only',
    async run(t) {
      const { calls, failures } = await deliver(t, {
        ids: ['a', 'b', 'c', 'd'],
        acting: { c: { fail: true } },
        BatchSize: 3,
        MaximumRetryAttempts: 1,
        reports: 1,
      });
      t.equal(
        calls.map(({ ids }) => ids),
        [['a', 'b', 'c'], ['c'], ['c'], ['d']],
      );
      const { startSequenceNumber, endSequenceNumber, batchSize } = failures[0].DDBStreamBatchInfo;
      const { SequenceNumber } = calls[1].event.Records[0].dynamodb;
      t.equal(
        [startSequenceNumber, endSequenceNumber, batchSize],
        [SequenceNumber, SequenceNumber, 1],
      );
    },
  },
  {
    id: 'partial.at-once',
    section: '5.4',
    certainty: 'inferred',
    title: 'After a partial failure the remainder is tried at once',
    async run(t) {
      const { calls } = await deliver(t, {
        ids: ['a', 'b', 'c', 'd', 'e'],
        acting: {
          b: { fail: true, times: 1 },
          c: { fail: true, times: 2 },
          d: { fail: true, times: 3 },
        },
        BatchSize: 4,
        MaximumRetryAttempts: 5,
      });
      const gaps = calls.slice(1).map(({ at }, position) => at - calls[position].at);
      t.ok(
        Math.min(...gaps) < 450 * t.suite.options.patience,
        'every remainder waits as a retry does',
        gaps,
      );
    },
  },
  {
    id: 'partial.off',
    behaviour: 51,
    section: '5.4',
    title: 'Without the flag the reply is ignored',
    async run(t) {
      const { batches, queue } = await deliver(t, {
        ids: ['a', 'b', 'c'],
        BatchSize: 1,
        FunctionResponseTypes: [],
        acting: {
          a: { fail: true },
          b: { answer: '{"batchItemFailures":[{"itemIdentifier":""}]}' },
        },
      });
      t.equal(batches, [['a'], ['b'], ['c']]);
      t.equal(await queue.size(), 0, 'a report is sent');
    },
  },
  {
    id: 'partial.exception',
    behaviour: 52,
    section: '5.4',
    title: 'An exception with the flag on: the whole batch, functionError Unhandled',
    async run(t) {
      const { batches, failures } = await deliver(t, {
        ids: ['a', 'b', 'c'],
        acting: { b: { throw: true } },
        BatchSize: 2,
        reports: 1,
      });
      t.equal(batches, [['a', 'b'], ['a', 'b'], ['c']]);
      t.equal(failures[0].responseContext, {
        statusCode: 200,
        executedVersion: '$LATEST',
        functionError: 'Unhandled',
      });
    },
  },
]);
