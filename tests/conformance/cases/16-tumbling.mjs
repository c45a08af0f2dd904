// Tumbling windows: a state that is handed from call to call until the window is over.

import { area } from '../framework/catalogue.mjs';

const seconds = 5;

async function windowed(t, ids, acting = {}, settings = {}) {
  const table = await t.table();
  // At the beginning of a window, so that the records of a case are in one.
  const into = Date.now() % (seconds * 1000);
  if (into > 2000) await t.pause((seconds * 1000 - into) / 1000 + 0.05);
  for (const id of ids) await table.put(id, acting[id] && { do: acting[id] });
  const mapping = await t.mapping(table, {
    TumblingWindowInSeconds: seconds,
    BatchSize: 2,
    ...settings,
  });
  return { table, mapping };
}

// The call that ends the window of the last record, and all before it.
async function finished(t, mapping, { patience = 30 } = {}) {
  return await t.eventually(
    async () => {
      const calls = await mapping.calls();
      const at = calls.findIndex(({ event }) => event.isFinalInvokeForWindow);
      return at >= 0 && calls.slice(0, at + 1);
    },
    { seconds: patience, what: 'a call with isFinalInvokeForWindow' },
  );
}

const startOf = ({ event }) => event.window.start;

export default area('Tumbling windows', [
  {
    id: 'tumbling.members',
    section: '4.4',
    title: 'The event has window, state, shardId, eventSourceARN and the two flags',
    async run(t) {
      const { table, mapping } = await windowed(t, ['a']);
      const [{ event }] = await mapping.called(1);
      t.equal(Object.keys(event).sort(), [
        'Records',
        'eventSourceARN',
        'isFinalInvokeForWindow',
        'isWindowTerminatedEarly',
        'shardId',
        'state',
        'window',
      ]);
      t.equal(event.eventSourceARN, table.streamArn);
      t.equal([event.isFinalInvokeForWindow, event.isWindowTerminatedEarly], [false, false]);
      const [{ ShardId }] = await table.records();
      t.equal(event.shardId, ShardId);
    },
  },
  {
    id: 'tumbling.bounds',
    section: '4.4',
    title: 'The bounds of a window are UTC seconds, and hold the records',
    async run(t) {
      const { mapping } = await windowed(t, ['a']);
      const [{ event }] = await mapping.called(1);
      t.match(event.window.start, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      t.match(event.window.end, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      const [start, end] = [event.window.start, event.window.end].map(
        (text) => Date.parse(text) / 1000,
      );
      t.equal(end - start, seconds);
      const time = event.Records[0].dynamodb.ApproximateCreationDateTime;
      t.ok(start <= time && time < end, 'the record is in the window', [start, time, end]);
    },
  },
  {
    id: 'tumbling.aligned',
    section: '4.4',
    certainty: 'inferred',
    title: 'Windows begin at multiples of their length since the epoch',
    async run(t) {
      const { mapping } = await windowed(t, ['a']);
      const [{ event }] = await mapping.called(1);
      t.equal((Date.parse(event.window.start) / 1000) % seconds, 0);
    },
  },
  {
    id: 'tumbling.state',
    behaviour: 67,
    section: '4.4',
    title: 'state is {} in the first call, and what was returned in the next ones',
    async run(t) {
      const { mapping } = await windowed(t, ['a', 'b', 'c', 'd']);
      const calls = await mapping.seen(['d']);
      t.equal(
        calls.slice(0, 2).map(({ event }) => event.state),
        [{}, { ids: ['a', 'b'] }],
      );
    },
  },
  {
    id: 'tumbling.final',
    behaviour: 70,
    section: '4.4',
    title: 'After the end of the window comes a final call with the whole state',
    async run(t) {
      const { mapping } = await windowed(t, ['a', 'b', 'c']);
      const calls = await finished(t, mapping);
      const { at, event, ids } = calls.at(-1);
      t.equal([...(event.state.ids ?? []), ...ids], ['a', 'b', 'c']);
      t.ok(
        at >= Date.parse(event.window.end) - 1000,
        'the final call comes before the end of the window',
        [at, event.window],
      );
      t.equal(event.isWindowTerminatedEarly, false);
    },
  },
  {
    id: 'tumbling.final-empty',
    behaviour: 70,
    section: '4.4',
    certainty: 'inferred',
    title: 'A final call without records has an empty list of them',
    async run(t) {
      const { mapping } = await windowed(t, ['a', 'b']);
      const calls = await finished(t, mapping);
      t.equal(
        calls.map(({ event }) => [event.Records.length, event.isFinalInvokeForWindow]),
        [
          [2, false],
          [0, true],
        ],
      );
    },
  },
  {
    id: 'tumbling.next-window',
    behaviour: [69, 70],
    section: '4.4',
    title: 'The next window starts at {} again, and no call mixes two windows',
    async run(t) {
      const { table, mapping } = await windowed(t, ['a', 'b', 'c']);
      await finished(t, mapping);
      await table.put('d');
      const calls = await mapping.seen(['d']);
      const first = calls.findIndex(({ ids }) => ids.includes('d'));
      t.equal(calls[first].event.state, {});
      t.ok(
        startOf(calls[first]) > startOf(calls[0]),
        'the window is a later one',
        calls.map(startOf),
      );
    },
  },
  {
    id: 'tumbling.not-mixed',
    behaviour: 69,
    section: '4.4',
    title: 'Records of two windows read at once are not one call',
    async run(t) {
      const table = await t.table();
      await table.putAll(['a', 'b']);
      await t.pause(seconds + 0.2);
      await table.putAll(['c', 'd']);
      const mapping = await t.mapping(table, { TumblingWindowInSeconds: seconds, BatchSize: 100 });
      const calls = await mapping.seen(['a', 'b', 'c', 'd']);
      for (const { event } of calls) {
        const [start, end] = [event.window.start, event.window.end].map(
          (text) => Date.parse(text) / 1000,
        );
        t.ok(
          event.Records.every(
            ({ dynamodb: { ApproximateCreationDateTime: time } }) => start <= time && time < end,
          ),
          'a record is outside the window of its call',
          event,
        );
      }
      const firstOfSecond = calls.find(({ ids }) => ids.includes('c'));
      t.equal(firstOfSecond.event.state, {});
    },
  },
  {
    id: 'tumbling.no-state',
    behaviour: 68,
    section: '4.4, 5.1',
    title: 'A reply without state is a failure and is tried again',
    async run(t) {
      const { mapping } = await windowed(t, ['a', 'b'], { a: { state: false, times: 1 } });
      const calls = await mapping.called(2);
      t.equal(
        calls.slice(0, 2).map(({ ids }) => ids),
        [
          ['a', 'b'],
          ['a', 'b'],
        ],
      );
      t.equal(
        calls.slice(0, 2).map(({ event }) => event.state),
        [{}, {}],
      );
    },
  },
  {
    id: 'tumbling.no-state-report',
    behaviour: 68,
    section: '4.4',
    title: 'A reply without state counts as an attempt',
    async run(t) {
      const queue = await t.queue();
      const { mapping } = await windowed(
        t,
        ['a', 'b', 'c'],
        { a: { state: false } },
        { MaximumRetryAttempts: 1, DestinationConfig: { OnFailure: { Destination: queue.arn } } },
      );
      const [report] = await queue.reports(1);
      t.equal(
        [report.requestContext.approximateInvokeCount, report.DDBStreamBatchInfo.batchSize],
        [2, 2],
      );
      const calls = await mapping.seen(['c']);
      t.equal(calls.map(({ ids }) => ids).slice(0, 3), [['a', 'b'], ['a', 'b'], ['c']]);
    },
  },
  {
    id: 'tumbling.discard-keeps-state',
    section: '4.4',
    certainty: 'inferred',
    title: 'A batch that is given up leaves the state as it was',
    async run(t) {
      const { mapping } = await windowed(
        t,
        ['a', 'b', 'c', 'd', 'e', 'f'],
        { c: { throw: true } },
        { MaximumRetryAttempts: 0 },
      );
      const calls = await mapping.seen(['f']);
      const last = calls.find(({ ids }) => ids.includes('e'));
      t.equal(last.event.state, { ids: ['a', 'b'] });
    },
  },
  {
    id: 'tumbling.bisect-state',
    section: '4.4',
    certainty: 'inferred',
    title: 'A failed call does not change the state; its halves start from the last success',
    async run(t) {
      const { mapping } = await windowed(
        t,
        ['a', 'b', 'c', 'd', 'e', 'f'],
        { d: { throw: true, times: 1 } },
        { BisectBatchOnFunctionError: true },
      );
      const calls = await mapping.seen(['f']);
      const states = calls.slice(0, 4).map(({ ids, event }) => [ids, event.state]);
      t.equal(states, [
        [['a', 'b'], {}],
        [['c', 'd'], { ids: ['a', 'b'] }],
        [['c'], { ids: ['a', 'b'] }],
        [['d'], { ids: ['a', 'b', 'c'] }],
      ]);
    },
  },
  {
    id: 'tumbling.partial',
    section: '4.4',
    certainty: 'inferred',
    title: 'State and batchItemFailures together: the state is kept, the rest tried again',
    async run(t) {
      const { mapping } = await windowed(
        t,
        ['a', 'b', 'c'],
        { b: { fail: true, times: 1 } },
        { FunctionResponseTypes: ['ReportBatchItemFailures'] },
      );
      const calls = await mapping.seen(['c']);
      t.equal(
        calls.slice(0, 2).map(({ ids, event }) => [ids, event.state]),
        [
          [['a', 'b'], {}],
          [['b'], { ids: ['a', 'b'] }],
        ],
      );
    },
  },
  {
    id: 'tumbling.shard-end',
    behaviour: 71,
    section: '4.4',
    title: 'The end of the shard closes the window',
    async run(t) {
      const table = await t.table();
      await table.putAll(['a', 'b']);
      const mapping = await t.mapping(table, { TumblingWindowInSeconds: 900, BatchSize: 2 });
      await mapping.seen(['a', 'b']);
      await t.disableStream(table);
      const calls = await finished(t, mapping);
      t.equal([...(calls.at(-1).event.state.ids ?? []), ...calls.at(-1).ids], ['a', 'b']);
      t.ok(
        Date.now() < Date.parse(calls.at(-1).event.window.end) || Date.now() % 900_000 < 60_000,
        'the final call comes before the end of the window',
        calls.at(-1).event.window,
      );
    },
  },
  {
    id: 'tumbling.large-state',
    behaviour: 72,
    section: '4.4',
    title: 'A state above 1 MB: the window is terminated early',
    async run(t) {
      const { mapping } = await windowed(t, ['a', 'b'], { a: { stateBytes: 1_200_000 } });
      const calls = await t.eventually(
        async () => {
          const all = await mapping.calls();
          return (
            all.some(({ event, outline }) => (event ?? outline).isWindowTerminatedEarly) && all
          );
        },
        { seconds: 20, what: 'a call with isWindowTerminatedEarly' },
      );
      const early = calls.find(({ event, outline }) => (event ?? outline).isWindowTerminatedEarly);
      t.equal((early.event ?? early.outline).isFinalInvokeForWindow, true);
    },
  },
  {
    id: 'tumbling.record-members',
    behaviour: 35,
    section: '4.1, 4.4',
    title: 'The records of a windowed call are those of any other',
    async run(t) {
      const { mapping } = await windowed(t, ['a']);
      const [{ event }] = await mapping.called(1);
      t.equal(Object.keys(event.Records[0]), [
        'eventID',
        'eventName',
        'eventVersion',
        'eventSource',
        'awsRegion',
        'dynamodb',
        'eventSourceARN',
      ]);
    },
  },
  {
    id: 'tumbling.no-final-without-records',
    behaviour: 34,
    section: '4.4',
    certainty: 'inferred',
    title: 'Without records there is no window and no call',
    async run(t) {
      const mapping = await t.mapping(await t.table(), { TumblingWindowInSeconds: 1 });
      await mapping.enabled();
      await t.quiet(2.5);
      t.equal(await mapping.batches(), []);
    },
  },
]);
