// ParallelizationFactor: several batches of a shard at once, and still every key in order.

import { area } from '../framework/catalogue.mjs';

// Which partition keys share a lane is the service's secret; of enough keys some do not.
const keys = Array.from({ length: 24 }, (_, at) => `key ${at}`);

const overlapping = (calls) => {
  const points = calls
    .flatMap(({ at, ended }) => [
      [at, 1],
      [ended ?? Infinity, -1],
    ])
    .sort(([a, x], [b, y]) => a - b || x - y);
  let now = 0;
  let most = 0;
  for (const [, change] of points) most = Math.max(most, (now += change));
  return most;
};
const keysOf = ({ event }) => event.Records.map(({ dynamodb }) => dynamodb.Keys.pk.S);

export default area('Parallelization', [
  {
    id: 'parallelization.concurrent',
    behaviour: 32,
    section: '3.5',
    title: 'With a factor of 10, batches of a shard are worked on at the same time',
    async run(t) {
      const table = await t.table();
      const some = keys.slice(0, 12);
      for (const pk of some) await table.put('a', { pk, do: t.gate('end') });
      const shards = (await table.shards()).length;
      const mapping = await t.mapping(table, { ParallelizationFactor: 10, BatchSize: 1 });
      await t.eventually(async () => {
        const held = (await mapping.calls()).filter(({ ended }) => !ended).length;
        t.ok(held > shards, `more calls at once than the ${shards} shards`, held);
        return true;
      });
      await t.openGate('end');
      await t.eventually(async () => {
        const calls = await mapping.calls();
        return calls.length === some.length && calls.every(({ ended }) => ended);
      });
    },
  },
  {
    id: 'parallelization.order',
    behaviour: 32,
    section: '3.5',
    title: 'Records of a partition key are in order and never at the same time',
    async run(t) {
      const table = await t.table();
      const some = keys.slice(0, 8);
      const ids = ['1', '2', '3', '4', '5'];
      for (const id of ids) {
        for (const pk of some) await table.put(id, { pk, do: { hold: 20 } });
      }
      const mapping = await t.mapping(table, { ParallelizationFactor: 4, BatchSize: 3 });
      const calls = await t.eventually(
        async () => {
          const all = await mapping.calls();
          return (
            all.flatMap((call) => call.ids).length >= ids.length * some.length &&
            all.every(({ ended }) => ended) &&
            all
          );
        },
        { seconds: 30 },
      );
      for (const pk of some) {
        const mine = calls
          .filter((call) => keysOf(call).includes(pk))
          .sort((one, other) => one.at - other.at);
        const seen = mine
          .flatMap(({ event }) => event.Records)
          .filter(({ dynamodb }) => dynamodb.Keys.pk.S === pk)
          .map(({ dynamodb }) => dynamodb.Keys.sk.S);
        t.equal(seen, ids, `the records of ${pk} are out of order`);
        t.equal(overlapping(mine), 1, `two calls have ${pk} at once`);
      }
    },
  },
  {
    id: 'parallelization.poison',
    behaviour: 33,
    section: '3.5',
    title: 'A poison key blocks its lane only: other keys of the shard go on',
    async run(t) {
      const table = await t.table();
      await table.put('a', { pk: keys[0], do: { throw: true } });
      for (const pk of keys.slice(1)) await table.put('a', { pk });
      await table.put('b', { pk: keys[0] });
      const shardOf = await t.eventually(
        async () => {
          const records = await table.records();
          return (
            records.length === keys.length + 1 &&
            new Map(records.map(({ ShardId, dynamodb }) => [dynamodb.Keys.pk.S, ShardId]))
          );
        },
        { every: 500 },
      );
      const neighbours = keys.slice(1).filter((pk) => shardOf.get(pk) === shardOf.get(keys[0]));
      const mapping = await t.mapping(table, { ParallelizationFactor: 10, BatchSize: 1 });
      const calls = await t.eventually(async () => {
        const all = await mapping.calls();
        return all.some((call) => neighbours.includes(keysOf(call)[0])) && all;
      });
      t.ok(
        !calls.some(({ event }) =>
          event.Records.some(
            ({ dynamodb: { Keys } }) => Keys.pk.S === keys[0] && Keys.sk.S === 'b',
          ),
        ),
        'nothing of the poisoned key passes',
        calls.map(keysOf),
      );
    },
  },
  {
    id: 'parallelization.one',
    behaviour: 25,
    section: '3.5',
    title: 'With a factor of 1 there is one call in flight per shard',
    async run(t) {
      const table = await t.table();
      for (const pk of keys.slice(0, 12)) await table.put('a', { pk, do: { hold: 100 } });
      const shards = (await table.shards()).length;
      const mapping = await t.mapping(table, { BatchSize: 1 });
      const calls = await t.eventually(
        async () => {
          const all = await mapping.calls();
          return all.length >= 12 && all.every(({ ended }) => ended) && all;
        },
        { seconds: 30 },
      );
      t.ok(
        overlapping(calls) <= shards,
        `no more calls at once than the ${shards} shards`,
        overlapping(calls),
      );
    },
  },
  {
    id: 'parallelization.all-delivered',
    behaviour: 32,
    section: '3.5',
    title: 'With a factor of 3 everything is delivered once',
    async run(t) {
      const table = await t.table();
      const mapping = await t.mapping(table, { ParallelizationFactor: 3, BatchSize: 5 });
      const all = [];
      for (let number = 0; number < 60; number += 1) {
        const id = `r${String(number).padStart(2, '0')}`;
        all.push(id);
        await table.put(id, { pk: keys[number % keys.length] });
      }
      const calls = await mapping.seen(all);
      t.equal(calls.flatMap(({ ids }) => ids).sort(), all);
      t.ok(
        calls.every(({ ids }) => ids.length <= 5),
        'a batch is larger than BatchSize',
        calls.map(({ ids }) => ids.length),
      );
    },
  },
  {
    id: 'parallelization.report-shard',
    section: '3.5',
    certainty: 'inferred',
    title: 'A report names the shard, not the lane',
    async run(t) {
      const table = await t.table();
      const queue = await t.queue();
      await table.put('a', { do: { throw: true } });
      await t.mapping(table, {
        ParallelizationFactor: 4,
        MaximumRetryAttempts: 0,
        DestinationConfig: { OnFailure: { Destination: queue.arn } },
      });
      const [{ DDBStreamBatchInfo }] = await queue.reports(1);
      const [{ ShardId }] = await table.records();
      t.equal(DDBStreamBatchInfo.shardId, ShardId);
    },
  },
  {
    id: 'parallelization.changed',
    section: '3.5',
    certainty: 'inferred',
    title: 'The factor changed in between: everything arrives, each key in order',
    async run(t) {
      const table = await t.table();
      const mapping = await t.mapping(table, { ParallelizationFactor: 2, BatchSize: 2 });
      await mapping.enabled();
      const some = keys.slice(0, 4);
      for (const id of ['1', '2']) for (const pk of some) await table.put(id, { pk });
      await mapping.update({ ParallelizationFactor: 5 });
      for (const id of ['3', '4']) for (const pk of some) await table.put(id, { pk });
      const calls = await t.eventually(
        async () => {
          const all = await mapping.calls();
          return all.flatMap(({ ids }) => ids).length >= 16 && all;
        },
        { seconds: 30 },
      );
      for (const pk of some) {
        const seen = calls
          .flatMap(({ event }) => event.Records)
          .filter(({ dynamodb }) => dynamodb.Keys.pk.S === pk)
          .map(({ dynamodb }) => dynamodb.Keys.sk.S);
        t.equal([...new Set(seen)], ['1', '2', '3', '4'], `the records of ${pk} are out of order`);
      }
    },
  },
]);
