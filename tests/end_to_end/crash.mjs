// Kills the program with SIGKILL at random moments of a write load with a mapping running, starts it
// again on the same store, and asks each time whether everything it promised is still true.
//
//   node crash.mjs [--rounds 50] [--seed N]
//
// After every start: each acknowledged write is in the table, and the stream, read on from where the
// last round stopped, retells the table exactly, with sequence numbers that only grow. All along, the
// function's own notes must be what a mapping does that forgot nothing: each batch goes on exactly
// where the one before it ended, halves of a split batch included; only what was in flight when the
// program died may come twice. In the end every record has been delivered or is in the queue.

import {
  BatchWriteItemCommand, DeleteItemCommand, GetItemCommand, PutItemCommand, UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { Batches } from './crash_batches.mjs';
import { createFunction, createMapping, createQueue, createTable, takeMessages } from './resources.mjs';
import { generator } from './seeded.mjs';
import { startServer } from './server.mjs';
import { Story } from './story.mjs';

const { values: options } = parseArgs({ options: {
  rounds: { type: 'string', default: '50' },
  seed: { type: 'string', default: String(Date.now() % 1_000_000) },
} });
const rounds = Number(options.rounds);
const seed = Number(options.seed);
const writers = 6;
const keysPerWriter = 30;
const batchSize = 16;
const retries = 1;

// Notes each batch it is given as one line, and fails when a poisoned record is among them.
const handler = `
  const { appendFileSync } = require('node:fs');
  exports.handler = async (event) => {
    const records = event.Records.map(({ dynamodb }) => dynamodb);
    const poisoned = records.some(({ NewImage }) => NewImage?.poisoned);
    appendFileSync(process.env.EVENTS, JSON.stringify({
      server: process.env.AWS_ENDPOINT_URL,  // Another one after each restart.
      poisoned,
      numbers: records.map(({ SequenceNumber }) => SequenceNumber),
    }) + '\\n');
    if (poisoned) throw new Error('poisoned');
  };`;

// What the clients know: per key, the last state that was acknowledged, and the one that may have
// been reached by a request that had no answer when the server died.
const known = new Map();
let version = 0;

// One client writes one request after the other to keys of its own until the server is gone.
async function write(server, writer, random, counts) {
  for (;;) {
    const id = `w${writer}-${Math.floor(random() * keysPerWriter)}`;
    const was = known.get(id)?.acknowledged;
    const value = { id: { S: id }, version: { N: String(++version) } };
    const choice = random();
    let request;
    let becomes = value;
    if (choice < 0.15) {
      request = new DeleteItemCommand({ TableName: 'Things', Key: { id: { S: id } } });
      becomes = undefined;
    } else if (choice < 0.4) {
      request = new UpdateItemCommand({
        TableName: 'Things', Key: { id: { S: id } },
        UpdateExpression: 'SET version = :version REMOVE poisoned',
        ExpressionAttributeValues: { ':version': value.version },
      });
    } else if (choice < 0.5) {
      request = new BatchWriteItemCommand(
        { RequestItems: { Things: [{ PutRequest: { Item: value } }] } });
    } else {
      if (counts.poison > 0 && random() < 0.05) {
        counts.poison -= 1;
        value.poisoned = { BOOL: true };
      }
      request = new PutItemCommand({ TableName: 'Things', Item: value });
    }
    known.set(id, { acknowledged: was, pending: { becomes } });
    try {
      await server.dynamodb.send(request);
    } catch (error) {
      if (server.child.exitCode !== null || server.child.signalCode !== null || server.dying) return;
      throw error;
    }
    known.set(id, { acknowledged: becomes });
    counts.written += 1;
  }
}

// Every acknowledged write is there. A request without an answer may have been carried out or not.
async function checkTable(server) {
  await Promise.all([...known].map(async ([id, { acknowledged, pending }]) => {
    const { Item } = await server.dynamodb.send(
      new GetItemCommand({ TableName: 'Things', Key: { id: { S: id } }, ConsistentRead: true }));
    const same = (item) => JSON.stringify(sorted(Item)) === JSON.stringify(sorted(item));
    assert.ok(same(acknowledged) || (pending && same(pending.becomes)),
      `${id} is ${JSON.stringify(Item)}, acknowledged was ${JSON.stringify(acknowledged)}`);
    known.set(id, { acknowledged: Item });
  }));
}

function sorted(item) {
  return item && Object.fromEntries(Object.entries(item).sort());
}

function checkStory(story) {
  for (const [id, { acknowledged }] of known) {
    assert.deepEqual(story.table.get(id), acknowledged, `the stream retells ${id}`);
  }
}

async function main() {
  console.log(`seed ${options.seed}, ${rounds} rounds`);
  const folder = await mkdtemp(join(tmpdir(), 'dynamill-crash-'));
  const cleanUps = [];
  const t = { after: (cleanUp) => cleanUps.push(cleanUp) };
  try {
    await play(t, folder);
  } finally {
    for (const cleanUp of cleanUps) await cleanUp();
    await rm(folder, { recursive: true, force: true });
  }
}

async function play(t, folder) {
  const start = () => startServer(t, { folder, args: ['--shards-per-stream', '2'] });
  let server = await start();
  const streamArn = await createTable(server);
  await createFunction(server, folder, { files: { 'index.js': handler } });
  const queue = await createQueue(server);
  const mapping = await createMapping(server, streamArn, {
    BatchSize: batchSize, BisectBatchOnFunctionError: true, MaximumRetryAttempts: retries,
    DestinationConfig: { OnFailure: { Destination: queue.arn } },
  });

  const story = new Story();
  const batches = new Batches({ batchSize, attempts: retries + 1 });
  const noteFile = join(folder, 'events-f');
  const written = [];
  for (let round = 1; round <= rounds; ++round) {
    const random = generator(seed + round);
    const counts = { written: 0, poison: Math.floor(random() * 3) };
    const load = Promise.all(Array.from({ length: writers }, (_, writer) =>
      write(server, writer, generator(seed + 1000 * round + writer), counts)));
    load.catch(() => {});  // Awaited below.
    await pause(30 + 500 * random());
    server.dying = true;
    await server.kill();
    await load;
    written.push(counts.written);

    server = await start();
    await checkTable(server);
    await story.readOn(server, streamArn);
    checkStory(story);
    batches.check(readNotes(noteFile), story);
  }

  await server.drain(240);
  await checkTable(server);
  await story.readOn(server, streamArn);
  checkStory(story);
  const again = new Story();
  await again.readOn(server, streamArn);
  assert.deepEqual(again.shards, story.shards, 'read anew, the stream is the same');
  const notes = readNotes(noteFile);
  batches.check(notes, story);
  batches.checkEnd(story, await takeMessages(server, queue.url.replace(/^http:\/\/[^/]*/, server.url)));
  await server.control('GET', `mappings/${mapping}`);
  assert.deepEqual(await server.stop(), { status: 0, signal: null });

  const total = written.reduce((sum, count) => sum + count, 0);
  const { repeated, resumedBisects } = batches;
  console.log(`${rounds} rounds: ${total} writes acknowledged, ${again.count} ` +
    `stream records, ${story.poisoned.size} of them poisoned, ${notes.length} batches delivered, ` +
    `${repeated} of them again after a restart; ${resumedBisects} half-done bisects went on`);
}

function readNotes(path) {
  let text = '';
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  return text.split('\n').slice(0, -1).map((line) => JSON.parse(line));
}

// Waiting for what never comes must not look like success.
process.on('beforeExit', () => {
  console.error(`seed ${options.seed}: something was awaited that never came`);
  process.exit(1);
});

main().then(() => process.exit(0), (error) => {
  console.error(error);
  console.error(`seed ${options.seed} failed; --seed ${options.seed} draws the same moments again`);
  process.exit(1);
});
