// The one clock: frozen, sent on a journey, kept over a restart.

import { InvokeCommand } from '@aws-sdk/client-lambda';
import {
  CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand,
} from '@aws-sdk/client-sqs';
import assert from 'node:assert/strict';

import {
  createFunction, createMapping, createQueue, createTable, noteIds, putNumbered, takeMessages, until,
} from './resources.mjs';
import { startServer, temporaryFolder, test } from './server.mjs';

const move = (server, request) => server.control('POST', 'clock', request);
const refusal = async (server, request) => {
  try {
    await move(server, request);
  } catch (error) {
    return error.message;
  }
  return 'nothing refused';
};

test('a day of retries passes in a moment, each attempt at its time', async (t) => {
  const folder = await temporaryFolder(t);
  const server = await startServer(t);
  const { now: start } = await move(server, { freeze: true, set: '2030-01-01T00:00:00Z' });
  const streamArn = await createTable(server);
  const { notes } = await createFunction(server, folder, { files: noteIds });
  const failures = await createQueue(server);
  assert.equal(start, Date.UTC(2030) / 1000);
  const UUID = await createMapping(server, streamArn, {
    MaximumRetryAttempts: 9, DestinationConfig: { OnFailure: { Destination: failures.arn } } });
  await putNumbered(server, [1], [1]);

  const began = Date.now();
  const { now, mode } = await move(server, { advanceSeconds: 86_400 });
  assert.equal(now, start + 86_400);
  assert.equal(mode, 'frozen');
  assert.ok(Date.now() - began < 10_000, `${Date.now() - began} ms`);

  assert.equal((await notes()).length, 10);
  const deliveries = await server.deliveries(UUID);
  assert.deepEqual(deliveries.map(({ attempt, outcome }) => [attempt, outcome]),
    [...Array.from({ length: 10 }, (_, i) => [i + 1, 'failed']), [10, 'discarded']]);
  const times = deliveries.map(({ startedAt }) => Date.parse(startedAt) / 1000 - start);
  assert.equal(times[0], 0);
  const gaps = times.slice(1, 10).map((time, i) => time - times[i]);
  for (const [i, gap] of gaps.entries()) {
    const curve = Math.min(0.5 * 2 ** i, 60);
    assert.ok(gap >= curve - 1e-3 && gap <= curve * 1.05 + 2e-3, `${gap} s after attempt ${i + 1}`);
  }
  const [account] = await takeMessages(server, failures.url);
  assert.equal(Date.parse(account.timestamp) / 1000, start + times.at(-1));
});

test('what a handler writes on the way is dealt with on the way', async (t) => {
  const folder = await temporaryFolder(t);
  const server = await startServer(t);
  const first = await createTable(server, 'First');
  const second = await createTable(server, 'Second');
  await createFunction(server, folder, { name: 'first', files: { 'index.js': `
    const { request } = require('node:http');
    exports.handler = async (event) => {
      const Item = { id: { S: 'again-' + Date.now() + Math.random() } };
      const url = new URL(process.env.AWS_ENDPOINT_URL);
      await new Promise((resolve, reject) => request({ host: url.hostname, port: url.port,
        method: 'POST', headers: { 'X-Amz-Target': 'DynamoDB_20120810.PutItem',
          'Content-Type': 'application/x-amz-json-1.0',
          Authorization: 'AWS4-HMAC-SHA256 Credential=a/20300101/us-east-1/dynamodb/aws4_request, ' +
            'SignedHeaders=host, Signature=0', 'X-Amz-Date': '20300101T000000Z' } },
        (answer) => answer.resume().on('end', resolve)).on('error', reject)
        .end(JSON.stringify({ TableName: 'Second', Item })));
      throw new Error('again');
    };` } });
  const { notes } = await createFunction(server, folder, { name: 'second', files: noteIds });
  await move(server, { freeze: true });
  await createMapping(server, first, { FunctionName: 'first', MaximumRetryAttempts: 3 });
  await createMapping(server, second, { FunctionName: 'second' });
  await putNumbered(server, [1], [], 'First');
  await move(server, { advanceSeconds: 3600 });
  assert.equal((await notes()).length, 4);
});

test('an invocation that nobody waits for is awaited too', async (t) => {
  const folder = await temporaryFolder(t);
  const server = await startServer(t);
  const { notes } = await createFunction(server, folder, { files: { 'index.js': `
    const { appendFileSync } = require('node:fs');
    exports.handler = async () => {
      await new Promise((resolve) => setTimeout(resolve, 200));
      appendFileSync(process.env.EVENTS, 'done\\n');
    };` } });
  await server.lambda.send(new InvokeCommand({ FunctionName: 'f', InvocationType: 'Event' }));
  await move(server, { advanceSeconds: 0 });
  assert.deepEqual(await notes(), ['done']);
});

test('the visibility of messages follows the clock, the patience of clients does not', async (t) => {
  const server = await startServer(t);
  await move(server, { freeze: true });
  const { QueueUrl } = await server.sqs.send(new CreateQueueCommand({ QueueName: 'q' }));
  await server.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
  const receive = async (WaitTimeSeconds = 0) =>
    (await server.sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds }))).Messages ?? [];
  assert.equal((await receive()).length, 1);
  assert.equal((await receive(1)).length, 0);  // And does not wait for ever.
  await move(server, { advanceSeconds: 29.999 });
  assert.equal((await receive()).length, 0);
  const poll = receive(20);
  await move(server, { advanceSeconds: 0.001 });
  assert.equal((await poll).length, 1);
});

test('a frozen clock does not hang a drain', async (t) => {
  const folder = await temporaryFolder(t);
  const server = await startServer(t);
  const streamArn = await createTable(server);
  await createFunction(server, folder, { files: noteIds });
  await move(server, { freeze: true });
  await createMapping(server, streamArn);
  await putNumbered(server, [1], [1]);
  await assert.rejects(server.drain(1), /409.*has failed 1 times; next attempt at/);
});

test('where the clock stands outlives a restart, and a crash', async (t) => {
  const folder = await temporaryFolder(t);
  const first = await startServer(t, { folder });
  await move(first, { freeze: true, set: '2031-02-03T04:05:06.789Z' });
  await first.stop();

  const second = await startServer(t, { folder });
  await until(() => /the clock is not the machine's: it is frozen at 2031-02-03T04:05:06\.789Z/
    .test(second.errors));
  const { now, mode } = await second.control('GET', 'clock');
  assert.equal(mode, 'frozen');
  assert.equal(now, Date.parse('2031-02-03T04:05:06.789Z') / 1000);
  const { offsetSeconds } = await move(second, { freeze: false, advanceSeconds: 90_000 });
  await second.kill();

  const third = await startServer(t, { folder });
  await until(() => /the clock is not the machine's: it runs at 2031-02-04T05:05:/
    .test(third.errors));
  const kept = await third.control('GET', 'clock');
  assert.equal(kept.mode, 'running');
  assert.equal(kept.offsetSeconds, offsetSeconds);
  assert.ok(Math.abs(kept.now - offsetSeconds - Date.now() / 1000) < 5);
});

test('wrong requests are refused and say why', async (t) => {
  const server = await startServer(t);
  assert.match(await refusal(server, { advanceSeconds: -1 }),
    /400 \{"message":"advanceSeconds is a number from 0 to 3155760000"\}/);
  assert.match(await refusal(server, { set: 'tomorrow' }), /400 .*set is a time with its offset/);
  assert.match(await refusal(server, { hold: true }), /400 .*there is no member hold/);
  const { offsetSeconds, mode } = await server.control('GET', 'clock');
  assert.deepEqual({ offsetSeconds, mode }, { offsetSeconds: 0, mode: 'running' });
});
