// Queries, scans, batches and statements through the SDK's own paginators, over more than one page.

import {
  BatchGetItemCommand, BatchWriteItemCommand, CreateTableCommand, ExecuteStatementCommand,
  GetItemCommand, PutItemCommand, ScanCommand, UpdateTableCommand, paginateQuery, paginateScan,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import assert from 'node:assert/strict';

import { startServer, temporaryFolder, test } from './server.mjs';

const TableName = 'Readings';
const megabyte = 1024 * 1024;

async function createReadings(server) {
  await server.dynamodb.send(new CreateTableCommand({
    TableName,
    KeySchema: [
      { AttributeName: 'sensor', KeyType: 'HASH' }, { AttributeName: 'at', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: 'sensor', AttributeType: 'S' }, { AttributeName: 'at', AttributeType: 'N' },
    ],
    BillingMode: 'PAY_PER_REQUEST',
  }));
  await waitUntilTableExists({ client: server.dynamodb, maxWaitTime: 30 }, { TableName });
}

function reading(sensor, at, bytes) {
  return {
    sensor: { S: `sensor-${sensor}` }, at: { N: String(at) }, kind: { S: at % 2 ? 'odd' : 'even' },
    payload: { S: 'x'.repeat(bytes) },
  };
}

async function putAll(server, items) {
  for (let first = 0; first < items.length; first += 25) {
    const requests = items.slice(first, first + 25).map((Item) => ({ PutRequest: { Item } }));
    const { UnprocessedItems } = await server.dynamodb.send(
      new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }));
    assert.deepEqual(UnprocessedItems, {});
  }
}

function keyOf({ sensor, at }) { return `${sensor.S} ${at.N}`; }

async function allOf(pages) {
  const all = [];
  for await (const { Items } of pages) all.push(...Items.map(keyOf));
  return all;
}

test('pages of a megabyte are all there is, each item once and in order', async (t) => {
  const server = await startServer(t);
  await createReadings(server);
  const items = [];
  for (const sensor of [0, 1, 2]) {
    for (let at = -100; at < 100; ++at) items.push(reading(sensor, at, 10_000));
  }
  await putAll(server, items);
  const client = server.dynamodb;

  for (const ScanIndexForward of [true, false]) {
    const found = [];
    let pages = 0;
    for await (const page of paginateQuery({ client }, {
      TableName, ScanIndexForward, KeyConditionExpression: 'sensor = :s',
      ExpressionAttributeValues: { ':s': { S: 'sensor-1' } },
    })) {
      const bytes = page.Items.reduce((sum, { payload }) => sum + payload.S.length, 0);
      assert.ok(bytes < megabyte + 10_000, `${bytes} bytes in a page`);
      found.push(...page.Items.map(keyOf));
      ++pages;
    }
    const expected = items.filter(({ sensor }) => sensor.S === 'sensor-1').map(keyOf);
    assert.deepEqual(found, ScanIndexForward ? expected : expected.reverse());
    assert.equal(pages, 2);
  }

  // A filter leaves pages empty, not out.
  const filtered = await allOf(paginateQuery({ client, pageSize: 7 }, {
    TableName, KeyConditionExpression: 'sensor = :s AND #at BETWEEN :a AND :b',
    FilterExpression: 'kind = :k', ExpressionAttributeNames: { '#at': 'at' },
    ExpressionAttributeValues: {
      ':s': { S: 'sensor-2' }, ':a': { N: '-3' }, ':b': { N: '42' }, ':k': { S: 'even' },
    },
  }));
  assert.deepEqual(filtered, Array.from({ length: 23 }, (_, i) => `sensor-2 ${2 * i - 2}`));

  const everything = items.map(keyOf).sort();
  assert.deepEqual((await allOf(paginateScan({ client }, { TableName }))).sort(), everything);
  const segments = await Promise.all([0, 1, 2, 3].map((Segment) =>
    allOf(paginateScan({ client, pageSize: 50 }, { TableName, Segment, TotalSegments: 4 }))));
  assert.deepEqual(segments.flat().sort(), everything);
});

test('a batch of more than 16 MB hands back the rest', async (t) => {
  const server = await startServer(t);
  await createReadings(server);
  const items = Array.from({ length: 60 }, (_, at) => reading(0, at, 390_000));
  for (const Item of items) await server.dynamodb.send(new PutItemCommand({ TableName, Item }));
  let asked = {
    [TableName]: {
      Keys: items.map(({ sensor, at }) => ({ sensor, at })), ConsistentRead: true,
      ProjectionExpression: 'sensor, #at', ExpressionAttributeNames: { '#at': 'at' },
    },
  };
  const found = [];
  const sizes = [];
  while (Object.keys(asked).length > 0) {
    const { Responses, UnprocessedKeys } =
      await server.dynamodb.send(new BatchGetItemCommand({ RequestItems: asked }));
    found.push(...Responses[TableName].map(keyOf));
    sizes.push(Responses[TableName].length);
    if (UnprocessedKeys[TableName]) {
      const { Keys, ...options } = UnprocessedKeys[TableName];
      const { Keys: _, ...given } = asked[TableName];
      assert.deepEqual(options, given);
    }
    asked = UnprocessedKeys;
  }
  assert.deepEqual(found.sort(), items.map(keyOf).sort());
  assert.deepEqual(sizes, [43, 17]);
});

test('a statement goes on where its last page ended', async (t) => {
  const server = await startServer(t);
  await createReadings(server);
  const items = [];
  for (const sensor of [0, 1]) {
    for (let at = 0; at < 90; ++at) items.push(reading(sensor, at, 10));
  }
  await putAll(server, items);
  const run = async (Statement, Limit) => {
    const found = [];
    let NextToken;
    do {
      const page =
        await server.dynamodb.send(new ExecuteStatementCommand({ Statement, Limit, NextToken }));
      assert.ok(page.Items.length <= Limit);
      found.push(...page.Items.map(keyOf));
      ({ NextToken } = page);
    } while (NextToken);
    return found;
  };
  const where = `FROM "${TableName}" WHERE sensor = 'sensor-1' AND "at" >= 10`;
  const expected = Array.from({ length: 80 }, (_, i) => `sensor-1 ${10 + i}`);
  assert.deepEqual(await run(`SELECT sensor, "at" ${where}`, 7), expected);
  assert.deepEqual(await run(`SELECT * ${where} ORDER BY "at" DESC`, 13), expected.toReversed?.() ??
    [...expected].reverse());
  assert.deepEqual((await run(`SELECT * FROM "${TableName}" WHERE kind = 'odd'`, 11)).sort(),
    items.filter(({ kind }) => kind.S === 'odd').map(keyOf).sort());
});

// What the index holds, by the keys of the items.
async function indexed(server) {
  const found = new Map();
  for await (const { Items } of
    paginateScan({ client: server.dynamodb, pageSize: 100 }, { TableName, IndexName: 'by-kind' })) {
    for (const item of Items) {
      assert.ok(!found.has(keyOf(item)), `${keyOf(item)} is there twice`);
      found.set(keyOf(item), item);
    }
  }
  return found;
}

async function untilIndexIsActive(server) {
  await waitUntilTableExists({ client: server.dynamodb, maxWaitTime: 60, minDelay: 1 }, { TableName });
  for (;;) {
    try {
      await server.dynamodb.send(new ScanCommand({ TableName, IndexName: 'by-kind', Limit: 1 }));
      return;
    } catch (error) {
      if (!/backfilling/.test(error.message)) throw error;
    }
  }
}

test('an index is made while clients write and the program is killed', async (t) => {
  const folder = await temporaryFolder(t);
  let server = await startServer(t, { folder });
  await createReadings(server);
  await putAll(server, Array.from({ length: 4000 }, (_, at) => reading(at % 10, at, 200)));

  const model = new Map();
  const write = async (sensor, at, kind) => {
    const Item = { ...reading(sensor, at, 20), kind: { S: kind } };
    try {
      await server.dynamodb.send(new PutItemCommand({ TableName, Item }));
      model.set(keyOf(Item), kind);
    } catch {
      model.delete(keyOf(Item));  // Nobody knows.
    }
  };
  await server.dynamodb.send(new UpdateTableCommand({
    TableName, AttributeDefinitions: [{ AttributeName: 'kind', AttributeType: 'S' }],
    GlobalSecondaryIndexUpdates: [{
      Create: {
        IndexName: 'by-kind', KeySchema: [{ AttributeName: 'kind', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
      },
    }],
  }));
  const writers = [0, 1, 2, 3].map(async (writer) => {
    for (let n = 0; n < 150; ++n) {
      const at = (n * 97 + writer) % 4000;
      await write(at % 10, at, `kind-${n % 3}`);
    }
  });
  setTimeout(() => server.child.kill('SIGKILL'), 20);
  await Promise.all(writers);
  await server.kill();

  server = await startServer(t, { folder });
  await untilIndexIsActive(server);
  const found = await indexed(server);
  assert.equal(found.size, 4000);
  for (const [key, kind] of model) assert.equal(found.get(key).kind.S, kind, key);
  for (const [key, entry] of found) {
    const { Item } = await server.dynamodb.send(new GetItemCommand({
      TableName, Key: { sensor: entry.sensor, at: entry.at },
    }));
    assert.deepEqual(entry, Item, key);
  }
});
