// Items through the document clients of both generations of the AWS SDK for JavaScript: every
// scenario is written once and runs with each of them. How they are pointed at the server, and
// where they differ, is in document_clients.mjs.

import AWS from 'aws-sdk';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

import { SecondGeneration, ThirdGeneration } from './document_clients.mjs';
import { answers } from './scenarios/answers.mjs';
import { conditions } from './scenarios/conditions.mjs';
import { items } from './scenarios/items.mjs';
import { olderParameters } from './scenarios/older_parameters.mjs';
import { reads } from './scenarios/reads.mjs';
import { TableName, things } from './scenarios/scenario.mjs';
import { statements } from './scenarios/statements.mjs';
import { transactions } from './scenarios/transactions.mjs';
import { updates } from './scenarios/updates.mjs';
import { values } from './scenarios/values.mjs';
import { startServer, test } from './server.mjs';

const scenarios = {
  ...items, ...values, ...updates, ...conditions, ...transactions, ...statements,
  ...olderParameters, ...answers, ...reads,
};

for (const Generation of [ThirdGeneration, SecondGeneration]) {
  test(Generation.title, async (t) => {
    const server = await startServer(t);
    const db = new Generation(server.url);
    await db.createTable(things);
    for (const [title, run] of Object.entries(scenarios)) {
      await t.test(title, () => run(db, server));
    }
  });
}

test('v2 finds the CRC-32 of answers right, and asks again when one is wrong', async (t) => {
  const server = await startServer(t);
  const { client } = new SecondGeneration(server.url);
  const { $response: { httpResponse, retryCount } } = await client.listTables().promise();
  assert.equal(retryCount, 0);
  assert.equal(
    Number(httpResponse.headers['x-amz-crc32']), AWS.util.crypto.crc32(httpResponse.body));

  const spoiled = client.listTables();
  spoiled.on('httpDone', ({ httpResponse, retryCount }) => {
    if (retryCount === 0) httpResponse.headers['x-amz-crc32'] = '1';
  });
  const { $response } = await spoiled.promise();
  assert.equal($response.retryCount, 1);
});

test('an answer of more than 4 KB is compressed for whoever asks, as neither SDK does', async (t) => {
  const server = await startServer(t);
  const db = new ThirdGeneration(server.url);
  await db.createTable(things);
  await db.put({ TableName, Item: { id: 'large', text: 'x'.repeat(100_000) } });

  const read = async (headers) => {
    const asked = request(server.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'DynamoDB_20120810.GetItem',
        'x-amz-date': '20260101T000000Z',
        authorization: 'AWS4-HMAC-SHA256 ' +
          'Credential=any/20260101/us-east-1/dynamodb/aws4_request, ' +
          'SignedHeaders=host, Signature=any',
        ...headers,
      },
    });
    asked.end(JSON.stringify({ TableName, Key: { id: { S: 'large' } } }));
    const [answer] = await once(asked, 'response');
    return { headers: answer.headers, body: await buffer(answer) };
  };
  const plain = await read({});
  assert.equal(plain.headers['content-encoding'], undefined);
  assert.ok(plain.body.length > 100_000);
  const compressed = await read({ 'accept-encoding': 'gzip' });
  assert.equal(compressed.headers['content-encoding'], 'gzip');
  assert.ok(compressed.body.length < 5_000);
  assert.deepEqual(gunzipSync(compressed.body), plain.body);
});
