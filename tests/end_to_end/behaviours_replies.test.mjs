// What comes of a handler's reply, of its failure and of its end: event-source-mapping.md section 9,
// 46 to 53 but 47 and 50, which the machine's own tests tell. The number is in the name of its test.

import { GetEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import assert from 'node:assert/strict';

import {
  createFunction, createMapping, createQueue, createTable, putNumbered, takeMessages,
} from './resources.mjs';
import { startServer, temporaryFolder, test } from './server.mjs';

// Notes the ids of each batch and then does as `body` says.
const handler = (body) => ({ 'index.js': `
  const { appendFileSync } = require('node:fs');
  exports.handler = async ({ Records }) => {
    const ids = Records.map(({ dynamodb }) => dynamodb.Keys.id.S);
    appendFileSync(process.env.EVENTS, JSON.stringify(ids) + '\\n');
    const numbers = Records.map(({ dynamodb }) => dynamodb.SequenceNumber);
    ${body}
  };` });

// A function and a mapping for each of `bodies`, all on one stream and with one retry; what three
// items were to them: the batches that came, and the accounts of what was given up.
async function outcomes(t, bodies, settings = {}, functionSettings = {}) {
  const folder = await temporaryFolder(t);
  const server = await startServer(t);
  await server.control('POST', 'clock', { freeze: true });
  const streamArn = await createTable(server);
  const all = [];
  for (const [index, body] of bodies.entries()) {
    const name = `f${index}`;
    const { notes } = await createFunction(server, folder,
      { name, files: handler(body), ...functionSettings });
    const queue = await createQueue(server, `failures-${index}`);
    all.push({ name, notes, queue, body });
  }
  await putNumbered(server, [1, 2, 3]);
  for (const one of all) {
    one.UUID = await createMapping(server, streamArn, {
      FunctionName: one.name, MaximumRetryAttempts: 1,
      DestinationConfig: { OnFailure: { Destination: one.queue.arn } }, ...settings });
  }
  await server.control('POST', 'clock', { advanceSeconds: 60 });
  await server.drain();
  return await Promise.all(all.map(async ({ notes, queue, body, UUID }) => ({
    body,
    batches: (await notes()).map((text) => JSON.parse(text).map(Number)),
    accounts: await takeMessages(server, queue.url),
    result: (await server.lambda.send(new GetEventSourceMappingCommand({ UUID }))).LastProcessingResult,
  })));
}

const whole = [1, 2, 3];
const partly = { FunctionResponseTypes: ['ReportBatchItemFailures'] };
const wrongReplies = [
  'return { batchItemFailures: [{ itemIdentifier: "unknown" }] };',
  'return { batchItemFailures: [{ itemIdentifier: "" }] };',
  'return { batchItemFailures: [{ itemIdentifier: null }] };',
  'return { batchItemFailures: [{ other: numbers[1] }] };',
];

test('[46] a time-out and the end of the process count as attempts', async (t) => {
  const all = await outcomes(t, ['process.exit(1);', 'await new Promise((done) => setTimeout(done, 20_000));'],
    {}, { Timeout: 1 });
  for (const { body, batches, accounts } of all) {
    assert.deepEqual(batches, [whole, whole], body);
    assert.equal(accounts.length, 1, body);
    const { requestContext, responseContext } = accounts[0];
    assert.equal(requestContext.approximateInvokeCount, 2, body);
    assert.equal(requestContext.condition, 'RetryAttemptsExhausted', body);
    assert.equal(responseContext.functionError, 'Unhandled', body);
  }
});

test('[48] replies without failures are successes', async (t) => {
  const replies = ['[]', 'null', '{}', '{ batchItemFailures: [] }', '{ batchItemFailures: null }'];
  for (const { body, batches, accounts, result } of
    await outcomes(t, replies.map((reply) => `return ${reply};`), partly)) {
    assert.deepEqual(batches, [whole], body);
    assert.deepEqual(accounts, [], body);
    assert.equal(result, 'OK', body);
  }
});

test('[49] an id that is unknown, empty, null or misnamed brings the whole batch again', async (t) => {
  for (const { body, batches, accounts } of await outcomes(t, wrongReplies, partly)) {
    assert.deepEqual(batches, [whole, whole], body);
    assert.equal(accounts.length, 1, body);
    assert.equal(accounts[0].requestContext.approximateInvokeCount, 2, body);
    assert.equal(accounts[0].responseContext.functionError, null, body);
    assert.equal(accounts[0].DDBStreamBatchInfo.batchSize, 3, body);
  }
});

test('[51] without FunctionResponseTypes the same replies are ignored', async (t) => {
  const replies = [...wrongReplies, 'return { batchItemFailures: [{ itemIdentifier: numbers[1] }] };'];
  for (const { body, batches, accounts, result } of await outcomes(t, replies)) {
    assert.deepEqual(batches, [whole], body);
    assert.deepEqual(accounts, [], body);
    assert.equal(result, 'OK', body);
  }
});

test('[52] an exception brings the whole batch again, and is told as Unhandled', async (t) => {
  const [{ batches, accounts }] = await outcomes(t, ['throw new Error("no");'], partly);
  assert.deepEqual(batches, [whole, whole]);
  assert.equal(accounts.length, 1);
  assert.equal(accounts[0].responseContext.functionError, 'Unhandled');
});

test('[53] of several numbers the lowest counts, in whatever order they are reported', async (t) => {
  const [{ batches, accounts }] = await outcomes(t, [`
    const failed = ids.length === 3 ? [numbers[2], numbers[1]] : [];
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };`], partly);
  assert.deepEqual(batches, [whole, [2, 3]]);
  assert.deepEqual(accounts, []);
});
