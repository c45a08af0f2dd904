// What an event holds of an item: event-source-mapping.md section 9, 38 to 40. The number is in the
// name of its test.

import { UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import assert from 'node:assert/strict';

import { createFunction, createMapping, createTable, putItem } from './resources.mjs';
import { startServer, temporaryFolder, test } from './server.mjs';

const noteRecords = { 'index.js': `
  const { appendFileSync } = require('node:fs');
  exports.handler = async ({ Records }) => {
    for (const record of Records) appendFileSync(process.env.EVENTS, JSON.stringify(record) + '\\n');
  };` };

async function setUp(t, view, key) {
  const folder = await temporaryFolder(t);
  const server = await startServer(t);
  const streamArn = await createTable(server, 'Things', view, key);
  const { notes } = await createFunction(server, folder, { files: noteRecords });
  await createMapping(server, streamArn);
  const records = async () => {
    await server.drain();
    return (await notes()).map((text) => JSON.parse(text));
  };
  return { server, records };
}

test('[38] binary is base64 once, in sets too; a number stays a string', async (t) => {
  const { server, records } = await setUp(t);
  const bytes = (text) => new TextEncoder().encode(text);
  await putItem(server, { id: { S: 'a' }, binary: { B: bytes('foobar') },
    binaries: { BS: [bytes('foo')] }, number: { N: '1.50' }, numbers: { NS: ['7'] } });
  const [{ dynamodb }] = await records();
  assert.deepEqual(dynamodb.NewImage, {
    id: { S: 'a' }, binary: { B: 'Zm9vYmFy' }, binaries: { BS: ['Zm9v'] }, number: { N: '1.5' },
    numbers: { NS: ['7'] },
  });
});

test('[39] SizeBytes of the recorded items', async (t) => {
  const size = async (view, key, ...items) => {
    const { server, records } = await setUp(t, view, key);
    for (const item of items) await putItem(server, item);
    return (await records()).map(({ dynamodb }) => dynamodb.SizeBytes);
  };
  const key = 'my_partition_key';
  assert.deepEqual(await size('NEW_IMAGE', key, { [key]: { S: 'hello world' } },
    { [key]: { S: 'hello world' }, binary_key: { B: new TextEncoder().encode('foobar') } },
    { [key]: { S: 'testId0' }, should_fail: { BOOL: true } }), [54, 70, 58]);
  assert.deepEqual(await size('NEW_AND_OLD_IMAGES', 'id', { id: { S: 'id_value' } },
    { id: { S: 'id_value' }, id2: { S: 'id2_new_value' } },
    { id: { S: 'id_value_1' }, numericFilter: { N: '42' } }), [20, 46, 39]);
});

test('[40] what time to live deletes says so in userIdentity', async (t) => {
  const { server, records } = await setUp(t);
  const { now } = await server.control('POST', 'clock', { freeze: true });
  await server.dynamodb.send(new UpdateTimeToLiveCommand({
    TableName: 'Things', TimeToLiveSpecification: { AttributeName: 'ends', Enabled: true } }));
  await putItem(server, { id: { S: 'a' }, ends: { N: String(Math.floor(now) + 60) } });
  await server.control('POST', 'clock', { advanceSeconds: 7200 });
  const [inserted, removed] = await records();
  assert.equal(inserted.eventName, 'INSERT');
  assert.ok(!('userIdentity' in inserted));
  assert.equal(removed.eventName, 'REMOVE');
  assert.deepEqual(removed.userIdentity, { type: 'Service', principalId: 'dynamodb.amazonaws.com' });
});
