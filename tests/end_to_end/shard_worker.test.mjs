// Readers of the shape of a Kinesis Client Library worker follow a stream while writers write and its
// shards are split, roll over and grow old: they are told every change exactly once and in order.

import { UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

import { Ledger } from './ledger.mjs';
import { createTable, until } from './resources.mjs';
import { below, generator } from './seeded.mjs';
import { startServer, temporaryFolder, test } from './server.mjs';
import { Died, Leases, ShardWorker } from './shard_worker.mjs';
import { isOpen, listShards, Story } from './story.mjs';

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);

// Takes what workers read. A record may come again only when a worker has died.
class Audience {
  story = new Story();
  repeated = 0;
  deaths = 0;

  list(shards) {
    this.story.list(shards);
  }

  tell(shardId, record) {
    if (this.deaths > 0 && this.story.has(shardId, record)) {
      this.repeated += 1;
    } else {
      this.story.tell(shardId, record);
    }
  }

  end(shardId) {
    this.story.end(shardId);
  }
}

// Several workers, and for each that dies another one, until the stream has been read to its end: what
// happened to them, in numbers.
async function follow(t, count, settings) {
  const workers = [];
  t.after(() => workers.forEach((worker) => worker.stop()));
  await Promise.all(Array.from({ length: count }, async () => {
    for (;;) {
      const worker = new ShardWorker(settings);
      workers.push(worker);
      try {
        return await worker.run();
      } catch (error) {
        if (!(error instanceof Died)) throw error;
        settings.told.deaths += 1;
      }
    }
  }));
  const sum = (name) => workers.reduce((total, { counts }) => total + counts[name], 0);
  return Object.fromEntries(
    ['expired', 'trimmed', 'vanished', 'refused'].map((name) => [name, sum(name)]));
}

async function writeAll(server, ledger, { writers, requests, from = 0 }) {
  await Promise.all(Array.from({ length: writers }, async (_, writer) => {
    const random = generator(seed + from + writer);
    for (let left = requests; left > 0; --left) await ledger.write(server, writer, random);
  }));
}

// Splits a shard, or has all of them roll over.
async function reshape(server, streamArn, random) {
  const open = (await listShards(server, streamArn)).filter(isOpen);
  if (random() < 0.7 && open.length < 20) {
    const { ShardId: shardId } = open[below(random, open.length)];
    const { closed, opened } = await server.control('POST', 'streams/split', { streamArn, shardId });
    assert.deepEqual(closed.map((shard) => shard.shardId), [shardId]);
    assert.deepEqual(opened.map((shard) => shard.parentShardId), [shardId, shardId]);
  } else {
    const { closed, opened } = await server.control('POST', 'streams/rollover', { streamArn });
    assert.deepEqual(closed.map((shard) => shard.shardId), open.map(({ ShardId }) => ShardId));
    assert.deepEqual(opened.map((shard) => shard.parentShardId).sort(),
      closed.map((shard) => shard.shardId));
  }
}

async function disable(server, TableName = 'Things') {
  await server.dynamodb.send(
    new UpdateTableCommand({ TableName, StreamSpecification: { StreamEnabled: false } }));
}

test('workers read on across splits and rollovers, also when some of them die', async (t) => {
  t.diagnostic(`SEED=${seed}`);
  const random = generator(seed);
  const server = await startServer(t, { args: ['--shards-per-stream', '4'] });
  const streamArn = await createTable(server);
  assert.equal((await listShards(server, streamArn)).length, 4);

  const told = new Audience();
  const reading = follow(t, 3, {
    server: () => server, streamArn, leases: new Leases(), told, random,
    mayDie: () => told.deaths < 8 && random() < 0.05,
  });
  reading.catch(() => {});  // Awaited below.
  const ledger = new Ledger();
  let isWriting = true;
  const writing = writeAll(server, ledger, { writers: 6, requests: 80 })
    .finally(() => { isWriting = false; });
  let reshapings = 0;
  for (; isWriting && reshapings < 40; ++reshapings) {
    await reshape(server, streamArn, random);
    await pause(below(random, 40));
  }
  await writing;
  await disable(server);
  await reading;

  assert.ok(reshapings > 5, `${reshapings} splits and rollovers`);
  assert.ok(told.deaths > 0 && told.repeated > 0);
  await ledger.settle(server);
  ledger.check(told.story);
  const anew = new Story();
  await anew.readOn(server, streamArn);
  assert.deepEqual(anew.shards, told.story.shards, 'read anew, the stream is the same');
});

test('workers read on over restarts of the server, with the iterators they have', async (t) => {
  t.diagnostic(`SEED=${seed}`);
  const random = generator(seed);
  const folder = await temporaryFolder(t);
  const start = () => startServer(t, { folder });
  let server = await start();
  const streamArn = await createTable(server, 'Things', 'NEW_AND_OLD_IMAGES', 'id',
    { Tags: [{ Key: 'dynamill:shards', Value: '3' }] });
  assert.equal((await listShards(server, streamArn)).length, 3);

  const told = new Audience();
  const reading = follow(
    t, 2, { server: () => server, streamArn, leases: new Leases(), told, random });
  reading.catch(() => {});  // Awaited below.
  const ledger = new Ledger();
  for (let round = 0; round < 4; ++round) {
    await writeAll(server, ledger, { writers: 6, requests: 8, from: 100 * round });
    await reshape(server, streamArn, random);
    // The last answers may not have reached the readers when it goes.
    await (round % 2 === 0 ? server.stop() : server.kill());
    server = await start();
    await ledger.settle(server);
  }
  await disable(server);
  const { refused, ...others } = await reading;

  assert.ok(refused > 0);
  assert.deepEqual(others, { expired: 0, trimmed: 0, vanished: 0 });
  ledger.check(told.story);
});

const move = (server, request) => server.control('POST', 'clock', request);
const hours = (count) => ({ advanceSeconds: 3600 * count });

test('workers read on while the hours pass: shards roll over and vanish, nothing is missed', async (t) => {
  t.diagnostic(`SEED=${seed}`);
  const random = generator(seed);
  const server = await startServer(t, { args: ['--shards-per-stream', '2'] });
  await move(server, { freeze: true });
  const streamArn = await createTable(server);
  const told = new Audience();
  const leases = new Leases();
  const reading = follow(t, 2, { server: () => server, streamArn, leases, told, random });
  reading.catch(() => {});  // Awaited below.

  const ledger = new Ledger();
  for (let leap = 0; leap < 10; ++leap) {
    await Promise.all([
      writeAll(server, ledger, { writers: 4, requests: 10, from: 100 * leap }),
      move(server, hours(4)),
    ]);
    // Who reads within a day misses nothing.
    if (leap % 4 === 3) await until(() => told.story.count === ledger.changes);
  }
  await until(() => told.story.count === ledger.changes);
  const listed = await listShards(server, streamArn);
  assert.equal(listed.filter(isOpen).length, 2);
  assert.ok(listed.length < told.story.shards.size, 'some are listed no more');
  await disable(server);
  const { trimmed, expired } = await reading;

  assert.equal(trimmed, 0);
  assert.ok(expired > 0, 'four hours are more than iterators live');
  await ledger.settle(server);
  ledger.check(told.story);
});

test('a worker that comes back after a day and more goes on with the oldest there is', async (t) => {
  t.diagnostic(`SEED=${seed}`);
  const random = generator(seed);
  const server = await startServer(t, { args: ['--shards-per-stream', '2'] });
  await move(server, { freeze: true });
  const streamArn = await createTable(server);
  const leases = new Leases();
  const settings = { server: () => server, streamArn, leases, random };

  const early = new Ledger('Things', { prefix: 'early' });
  await writeAll(server, early, { writers: 2, requests: 20 });
  const first = new Audience();
  const worker = new ShardWorker({ ...settings, told: first });
  const reading = worker.run();
  await until(() => first.story.count === early.changes);
  worker.stop();
  await reading;

  await move(server, hours(1));
  await writeAll(server, new Ledger('Things', { prefix: 'missed' }), { writers: 2, requests: 20 });
  await move(server, hours(25));
  const late = new Ledger('Things', { prefix: 'late' });
  await writeAll(server, late, { writers: 2, requests: 20 });
  await disable(server);
  const second = new Audience();
  const { vanished } = await follow(t, 1, { ...settings, told: second });

  assert.equal(vanished, 2, 'both shards that it was reading are gone');
  late.check(second.story);
});
