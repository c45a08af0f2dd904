// A disk that is full: writes fail as a whole, with an error that says why, and whatever was
// acknowledged stays, in the table and in the stream.

import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Ledger } from './ledger.mjs';
import { createTable, putItem, readStream } from './resources.mjs';
import { generator } from './seeded.mjs';
import { startServer, temporaryFolder, test } from './server.mjs';
import { Story } from './story.mjs';

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);

// Writes items until one is refused; gives how many were not.
async function fill(server) {
  for (let written = 0; written < 2000; ++written) {
    try {
      await putItem(server, { id: { S: String(written) }, filling: { S: 'x'.repeat(50_000) } });
    } catch (refusal) {
      assert.equal(refusal.name, 'InternalServerError');
      assert.equal(refusal.$metadata.httpStatusCode, 500);
      assert.match(refusal.message, /File too large|No space left/);
      return written;
    }
  }
  throw new Error('no write was refused');
}

// The store has exactly these items, and its stream their records.
async function checkItems(server, streamArn, ids) {
  assert.deepEqual(
    (await readStream(server, streamArn)).map(({ dynamodb }) => dynamodb.Keys.id.S), ids);
  for (const id of ids) {
    const { Item } = await server.dynamodb.send(
      new GetItemCommand({ TableName: 'Things', Key: { id: { S: id } } }));
    assert.ok(Item, id);
  }
}

const numbersBelow = (end) => Array.from({ length: end }, (_, number) => String(number));

// No file may grow beyond a limit: takes no rights to arrange, and to the store it is a disk that
// refuses a write. (The command that starts the program so.)
const refusing = (bytes) =>
  ['sh', '-c', `trap '' XFSZ; exec prlimit --fsize=${bytes} "$@"`, 'sh'];

test('a disk that refuses writes: a clear error, nothing lost, all well after a restart', async (t) => {
  const folder = await temporaryFolder(t);
  const server = await startServer(t, {
    folder, through: refusing(4_000_000) });
  const streamArn = await createTable(server);
  const written = await fill(server);
  assert.ok(written > 20);
  await checkItems(server, streamArn, numbersBelow(written));  // Reading goes on.
  await server.kill();

  const again = await startServer(t, { folder });
  await putItem(again, { id: { S: 'after' } });
  await checkItems(again, streamArn, [...numbersBelow(written), 'after']);
});

// A small disk, if whoever runs the tests may mount one.
async function smallDisk(t, megabytes = 16) {
  const folder = await mkdtemp(join(tmpdir(), 'dynamill-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    await rmdir(folder);
    return undefined;
  }
  t.after(async () => {
    execFileSync('umount', ['--lazy', folder]);
    await rmdir(folder);
  });
  return folder;
}

test('a full disk: a clear error, nothing lost, and it goes on when there is space', async (t) => {
  const folder = await smallDisk(t);
  if (!folder) return t.skip('mounting a small disk takes rights that are not there');
  await writeFile(join(folder, 'ballast'), Buffer.alloc(8_000_000));
  const server = await startServer(t, { folder });
  const streamArn = await createTable(server);
  const written = await fill(server);
  assert.ok(written > 20);
  await checkItems(server, streamArn, numbersBelow(written));

  await rm(join(folder, 'ballast'));
  await putItem(server, { id: { S: 'with space' } });
  await server.kill();

  const again = await startServer(t, { folder });
  await putItem(again, { id: { S: 'after' } });
  await checkItems(again, streamArn, [...numbersBelow(written), 'with space', 'after']);
});

// Each of several clients writes until it is refused: how many were.
async function writeUntilRefused(server, ledger, round, requests = 1000) {
  const ends = await Promise.all([0, 1, 2, 3].map(async (writer) => {
    const random = generator(seed + 100 * round + writer);
    try {
      for (let left = requests; left > 0; --left) await ledger.write(server, writer, random);
      return 0;
    } catch (refusal) {
      assert.equal(refusal.$metadata?.httpStatusCode, 500, refusal);
      assert.match(refusal.message, /File too large|No space left/);
      return 1;
    }
  }));
  return ends.reduce((sum, end) => sum + end);
}

// What was acknowledged is there, what was refused is not, and the stream tells just that.
async function checkAll(server, ledger, story, streamArn) {
  await ledger.settle(server);
  await story.readOn(server, streamArn);
  ledger.check(story);
}

test('a refused write leaves neither an item nor a record, in any shard', async (t) => {
  t.diagnostic(`SEED=${seed}`);
  const folder = await temporaryFolder(t);
  const args = ['--shards-per-stream', '4'];
  const server = await startServer(t, { folder, args, through: refusing(2_000_000) });
  const streamArn = await createTable(server);
  const ledger = new Ledger('Things', { textMax: 40_000 });
  const story = new Story();
  assert.equal(await writeUntilRefused(server, ledger, 0), 4);
  await checkAll(server, ledger, story, streamArn);
  assert.equal(await writeUntilRefused(server, ledger, 1), 4);
  await checkAll(server, ledger, story, streamArn);
  await server.kill();

  const again = await startServer(t, { folder, args });
  await checkAll(again, ledger, story, streamArn);
  assert.equal(await writeUntilRefused(again, ledger, 2, 20), 0);
  await checkAll(again, ledger, story, streamArn);
  const anew = new Story();
  await anew.readOn(again, streamArn);
  assert.deepEqual(anew.shards, story.shards, 'read anew, the stream is the same');
});

test('a disk fills up and has room again, several times: each change is told once', async (t) => {
  const folder = await smallDisk(t, 64);
  if (!folder) return t.skip('mounting a small disk takes rights that are not there');
  t.diagnostic(`SEED=${seed}`);
  const ballast = join(folder, 'ballast');
  const server = await startServer(t, { folder, args: ['--shards-per-stream', '4'] });
  const streamArn = await createTable(server);
  const ledger = new Ledger('Things', { textMax: 40_000 });
  const story = new Story();
  for (let round = 0; round < 3; ++round) {
    await writeFile(ballast, Buffer.alloc(64_000_000)).catch(({ code }) => assert.equal(code, 'ENOSPC'));
    assert.equal(await writeUntilRefused(server, ledger, 2 * round), 4);
    await checkAll(server, ledger, story, streamArn);
    await rm(ballast);
    assert.equal(await writeUntilRefused(server, ledger, 2 * round + 1, 20), 0);
    await checkAll(server, ledger, story, streamArn);
  }
  await server.kill();
  const again = await startServer(t, { folder });
  await checkAll(again, ledger, story, streamArn);
  const anew = new Story();
  await anew.readOn(again, streamArn);
  assert.deepEqual(anew.shards, story.shards, 'read anew, the stream is the same');
});
