// Items that end: through the AWS SDK for JavaScript v3, in real time, across a crash.

import {
  DescribeTimeToLiveCommand, GetItemCommand, UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import assert from 'node:assert/strict';

import { createTable, putItem, readStream, until } from './resources.mjs';
import { startServer, temporaryFolder, test } from './server.mjs';

const soon = (seconds) => ({ N: String(Math.floor(Date.now() / 1000) + seconds) });

async function enable(server) {
  await server.dynamodb.send(new UpdateTimeToLiveCommand({
    TableName: 'Things', TimeToLiveSpecification: { AttributeName: 'ends', Enabled: true },
  }));
}

async function isThere(server, id) {
  const { Item } = await server.dynamodb.send(
    new GetItemCommand({ TableName: 'Things', Key: { id: { S: id } } }));
  return Item !== undefined;
}

test('an item ends on time, and the stream says who deleted it', async (t) => {
  const server = await startServer(t);
  const streamArn = await createTable(server);
  await enable(server);
  const { TimeToLiveDescription } =
    await server.dynamodb.send(new DescribeTimeToLiveCommand({ TableName: 'Things' }));
  assert.deepEqual(TimeToLiveDescription, { TimeToLiveStatus: 'ENABLED', AttributeName: 'ends' });

  const item = { id: { S: 'a' }, ends: soon(2) };
  await putItem(server, item);
  await putItem(server, { id: { S: 'b' }, ends: soon(3600) });
  assert.ok(await isThere(server, 'a'));
  await until(async () => !await isThere(server, 'a'));
  const late = Date.now() - Number(item.ends.N) * 1000;
  assert.ok(late >= 0, `${-late} ms too early`);
  assert.ok(await isThere(server, 'b'));

  const records = await readStream(server, streamArn);
  assert.deepEqual(records.map(({ eventName }) => eventName), ['INSERT', 'INSERT', 'REMOVE']);
  assert.deepEqual(records.map(({ userIdentity }) => userIdentity),
    [undefined, undefined, { PrincipalId: 'dynamodb.amazonaws.com', Type: 'Service' }]);
  assert.deepEqual(records[2].dynamodb.OldImage, item);
});

test('what ended while the program was down ends when it is back', async (t) => {
  const folder = await temporaryFolder(t);
  const before = await startServer(t, { folder });
  await createTable(before);
  await enable(before);
  await putItem(before, { id: { S: 'a' }, ends: soon(1) });
  await before.kill();
  const after = await startServer(t, { folder });
  await until(async () => !await isThere(after, 'a'));
});
