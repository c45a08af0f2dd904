// Tables, their states, indexes, tags and throughput through the AWS SDK for JavaScript v3; time is
// in the test's hands.

import {
  BatchWriteItemCommand, CreateTableCommand, DeleteTableCommand, DescribeTableCommand,
  GetItemCommand, ListTablesCommand, ListTagsOfResourceCommand, PutItemCommand, QueryCommand,
  TagResourceCommand, UntagResourceCommand, UpdateTableCommand, paginateScan, waitUntilTableExists,
  waitUntilTableNotExists,
} from '@aws-sdk/client-dynamodb';
import assert from 'node:assert/strict';

import { putItem, until } from './resources.mjs';
import { startServer, temporaryFolder, test } from './server.mjs';

const TableName = 'Things';
const inUse = 'Attempt to change a resource which is still in use: ';

const units = (ReadCapacityUnits, WriteCapacityUnits) =>
  ({ ProvisionedThroughput: { ReadCapacityUnits, WriteCapacityUnits } });

const advance = (server, advanceSeconds) => server.control('POST', 'clock', { advanceSeconds });

async function create(server, settings = { BillingMode: 'PAY_PER_REQUEST' }) {
  const { TableDescription } = await server.dynamodb.send(new CreateTableCommand({
    TableName,
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    ...settings,
  }));
  return TableDescription;
}

async function update(server, settings) {
  const { TableDescription } =
    await server.dynamodb.send(new UpdateTableCommand({ TableName, ...settings }));
  return TableDescription;
}

async function remove(server) {
  const { TableDescription } =
    await server.dynamodb.send(new DeleteTableCommand({ TableName }));
  return TableDescription;
}

async function describe(server) {
  const { Table } = await server.dynamodb.send(new DescribeTableCommand({ TableName }));
  return Table;
}

// As in 'ACTIVE 5 6'.
function told({ TableStatus, ProvisionedThroughput }) {
  const { ReadCapacityUnits, WriteCapacityUnits } = ProvisionedThroughput;
  return `${TableStatus} ${ReadCapacityUnits} ${WriteCapacityUnits}`;
}

async function isRefused(promise, name, message) {
  await assert.rejects(promise, (error) => {
    assert.deepEqual([error.name, error.message], [name, message]);
    return true;
  });
}

// Everything that changes a table, while it is in use.
async function allAreRefused(server, why) {
  const message = inUse + why;
  await isRefused(create(server), 'ResourceInUseException', message);
  await isRefused(update(server, units(7, 7)), 'ResourceInUseException', message);
  await isRefused(remove(server), 'ResourceInUseException', message);
}

test('a table is made, changed and deleted in its time, killed meanwhile', async (t) => {
  const folder = await temporaryFolder(t);
  const start = () => startServer(t, { folder, args: ['--settle-time', '1'] });
  let server = await start();
  await server.control('POST', 'clock', { freeze: true });

  // Half of its time is over when the program is killed; the other half is still to come.
  const staysThrough = async (state) => {
    assert.equal(told(await describe(server)), state);
    await advance(server, 0.5);
    await server.kill();
    server = await start();
    assert.equal(told(await describe(server)), state);
    await advance(server, 0.499);
    assert.equal(told(await describe(server)), state);
  };
  const item = { id: { S: 'a' } };
  const isNotFound = (promise) =>
    isRefused(promise, 'ResourceNotFoundException', 'Requested resource not found');

  assert.equal(told(await create(server, units(5, 6))), 'CREATING 5 6');
  await isNotFound(putItem(server, item));
  await staysThrough('CREATING 5 6');
  await isNotFound(putItem(server, item));
  await allAreRefused(server, `Table is being created: ${TableName}`);
  await advance(server, 0.001);
  await waitUntilTableExists({ client: server.dynamodb, maxWaitTime: 30 }, { TableName });
  assert.equal(told(await describe(server)), 'ACTIVE 5 6');
  await putItem(server, item);

  assert.equal(told(await update(server, units(8, 4))), 'UPDATING 5 6');
  await staysThrough('UPDATING 5 6');
  const changing = `${inUse}Table IOPS are currently being updated. Table: ${TableName}`;
  await isRefused(update(server, units(7, 7)), 'ResourceInUseException', changing);
  await isRefused(remove(server), 'ResourceInUseException', changing);
  await isRefused(create(server), 'ResourceInUseException', `Table already exists: ${TableName}`);
  await putItem(server, { id: { S: 'b' } });
  await advance(server, 0.001);
  assert.equal(told(await describe(server)), 'ACTIVE 8 4');
  const { Count } =
    (await paginateScan({ client: server.dynamodb }, { TableName }).next()).value;
  assert.equal(Count, 2);

  assert.equal(told(await remove(server)), 'DELETING 8 4');
  await staysThrough('DELETING 8 4');
  await isNotFound(putItem(server, item));
  await allAreRefused(server, `Table is being deleted: ${TableName}`);
  await advance(server, 0.001);
  await waitUntilTableNotExists({ client: server.dynamodb, maxWaitTime: 30 }, { TableName });
  assert.deepEqual((await server.dynamodb.send(new ListTablesCommand({}))).TableNames, []);

  await create(server);
  await advance(server, 1);
  const { Item } = await server.dynamodb.send(new GetItemCommand({ TableName, Key: item }));
  assert.equal(Item, undefined);
});

test('without a settle time the next request finds it done', async (t) => {
  const server = await startServer(t);
  const item = { id: { S: 'a' } };
  const first = await create(server, units(5, 6));
  assert.equal(told(first), 'CREATING 5 6');
  await putItem(server, item);
  assert.equal(told(await describe(server)), 'ACTIVE 5 6');

  assert.equal(told(await update(server, units(8, 4))), 'UPDATING 5 6');
  const { ProvisionedThroughput } = await update(server, units(9, 3));
  assert.equal(ProvisionedThroughput.ReadCapacityUnits, 8);
  assert.equal(told(await describe(server)), 'ACTIVE 9 3');

  assert.equal(told(await remove(server)), 'DELETING 9 3');
  await isRefused(describe(server), 'ResourceNotFoundException',
    `Requested resource not found: Table: ${TableName} not found`);
  const { TableId } = await create(server);
  assert.notEqual(TableId, first.TableId);
  const { Item } = await server.dynamodb.send(new GetItemCommand({ TableName, Key: item }));
  assert.equal(Item, undefined);
});

test('a global index is deleted and made again with another key, across a crash', async (t) => {
  const folder = await temporaryFolder(t);
  let server = await startServer(t, { folder });
  const index = (attribute) => ({
    AttributeDefinitions: [
      { AttributeName: 'id', AttributeType: 'S' }, { AttributeName: attribute, AttributeType: 'S' },
    ],
    definition: {
      IndexName: 'ByAttribute', KeySchema: [{ AttributeName: attribute, KeyType: 'HASH' }],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  });
  const { AttributeDefinitions, definition } = index('color');
  await create(server, {
    BillingMode: 'PAY_PER_REQUEST', AttributeDefinitions, GlobalSecondaryIndexes: [definition],
  });

  // More than one request fills an index with. A third of them has no shape.
  const items = Array.from({ length: 12_000 }, (_, i) => ({
    id: { S: String(i) }, color: { S: `c${i % 5}` }, ...(i % 3 && { shape: { S: `s${i % 7}` } }),
  }));
  const batches = [];
  for (let at = 0; at < items.length; at += 25) {
    batches.push(items.slice(at, at + 25).map((Item) => ({ PutRequest: { Item } })));
  }
  await Promise.all(Array.from({ length: 4 }, async () => {
    for (let batch; (batch = batches.pop());) {
      await server.dynamodb.send(
        new BatchWriteItemCommand({ RequestItems: { [TableName]: batch } }));
    }
  }));
  const entries = async (attribute) => {
    const found = [];
    for await (const { Items } of paginateScan(
      { client: server.dynamodb }, { TableName, IndexName: 'ByAttribute' })) {
      found.push(...Items.map((entry) => `${entry.id.S} ${entry[attribute].S}`));
    }
    return found.sort();
  };
  const expected = (attribute) => items.filter((item) => item[attribute])
    .map((item) => `${item.id.S} ${item[attribute].S}`).sort();
  assert.deepEqual(await entries('color'), expected('color'));

  await update(server, { GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'ByAttribute' } }] });
  const without = await describe(server);
  assert.equal(without.GlobalSecondaryIndexes, undefined);
  assert.deepEqual(without.AttributeDefinitions, [{ AttributeName: 'id', AttributeType: 'S' }]);
  await isRefused(
    server.dynamodb.send(new QueryCommand({
      TableName, IndexName: 'ByAttribute', KeyConditionExpression: 'color = :c',
      ExpressionAttributeValues: { ':c': { S: 'c1' } },
    })),
    'ValidationException', 'The table does not have the specified index: ByAttribute');

  const other = index('shape');
  const { GlobalSecondaryIndexes } = await update(server, {
    AttributeDefinitions: other.AttributeDefinitions,
    GlobalSecondaryIndexUpdates: [{ Create: other.definition }],
  });
  assert.equal(GlobalSecondaryIndexes[0].IndexStatus, 'CREATING');
  await server.kill();
  server = await startServer(t, { folder });
  items.push({ id: { S: 'late' }, shape: { S: 's1' } });
  await putItem(server, items.at(-1));
  await until(async () =>
    (await describe(server)).GlobalSecondaryIndexes[0].IndexStatus === 'ACTIVE');
  assert.deepEqual(await entries('shape'), expected('shape'));
});

test('thirty tags are read in pages, and are there after a crash', async (t) => {
  const folder = await temporaryFolder(t);
  let server = await startServer(t, { folder });
  const tags = Array.from({ length: 30 }, (_, i) => ({ Key: `key ${10 + i}`, Value: `${i}` }));
  const { TableArn } = await create(server, {
    BillingMode: 'PAY_PER_REQUEST', Tags: tags.slice(12),
  });
  await server.dynamodb.send(
    new TagResourceCommand({ ResourceArn: TableArn, Tags: tags.slice(0, 12).reverse() }));

  const pages = async () => {
    const all = [];
    let NextToken;
    do {
      const page = await server.dynamodb.send(
        new ListTagsOfResourceCommand({ ResourceArn: TableArn, NextToken }));
      all.push(page.Tags);
      ({ NextToken } = page);
    } while (NextToken);
    return all;
  };
  assert.deepEqual(await pages(), [tags.slice(0, 10), tags.slice(10, 20), tags.slice(20)]);

  const [first, ...others] = tags;
  await server.dynamodb.send(new UntagResourceCommand(
    { ResourceArn: TableArn, TagKeys: others.slice(0, 10).map(({ Key }) => Key) }));
  first.Value = 'another';
  await server.dynamodb.send(new TagResourceCommand({ ResourceArn: TableArn, Tags: [first] }));
  await server.kill();
  server = await startServer(t, { folder });
  const left = [first, ...others.slice(10)];
  assert.deepEqual(await pages(), [left.slice(0, 10), left.slice(10)]);
});

test('one write a second, and the burst of 300 seconds before that', async (t) => {
  const server = await startServer(t, { args: ['--enforce-throughput'] });
  await server.control('POST', 'clock', { freeze: true });
  const { TableArn } = await create(server, units(1, 1));
  let last = 0;
  const put = () => server.dynamodb.send(
    new PutItemCommand({ TableName, Item: { id: { S: String(++last) } } }));
  const isThrottled = (error) => {
    assert.equal(error.name, 'ProvisionedThroughputExceededException');
    assert.equal(error.$metadata.httpStatusCode, 400);
    assert.deepEqual(error.ThrottlingReasons,
      [{ reason: 'TableWriteProvisionedThroughputExceeded', resource: TableArn }]);
    return true;
  };
  const writesPass = async (count) => {
    for (let i = 0; i < count; ++i) await put();
    await assert.rejects(put(), isThrottled);
  };
  await writesPass(300);
  for (const seconds of [1, 2, 7]) {
    await advance(server, seconds);
    await writesPass(seconds);
  }
  await advance(server, 0.999);
  await writesPass(1);
  // That one was taken in advance: there is nothing until it is paid for.
  await advance(server, 0.001);
  await writesPass(0);

  const batch = [...'vwxyz'].map((id) => ({ PutRequest: { Item: { id: { S: id } } } }));
  const writeBatch = (requests) => server.dynamodb.send(
    new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }));
  await assert.rejects(writeBatch(batch), isThrottled);
  await advance(server, 3);
  const { UnprocessedItems } = await writeBatch(batch);
  assert.deepEqual(UnprocessedItems, { [TableName]: batch.slice(3) });
  await advance(server, 2);
  assert.deepEqual((await writeBatch(UnprocessedItems[TableName])).UnprocessedItems, {});
  await writesPass(0);

  // What is not used is kept for 300 seconds and no longer.
  await advance(server, 3600);
  await writesPass(300);
});
