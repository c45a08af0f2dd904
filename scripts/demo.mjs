// The story of examples/poison-record, played against a server of its own and checked at the end.

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const orderCount = 12;
const poisonedOrder = 8;
const example = new URL('../examples/poison-record/', import.meta.url);
const once = process.argv.includes('--once');

const folder = await mkdtemp(join(tmpdir(), 'dynamill-demo-'));
const server = spawn(
  fileURLToPath(new URL('../build/dynamill', import.meta.url)),
  ['serve', '--port', '0', '--data-dir', join(folder, 'store'), '--log-level', 'warn'],
  { stdio: ['ignore', 'pipe', 'inherit'], detached: true });  // Ctrl-C is for this program alone.
const serverEnd = new Promise((resolve) => server.once('exit', resolve));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end(once ? 1 : 0));

let status = 1;
try {
  await story(await serverAddress());
  status = 0;
} catch (error) {
  console.error(`\nThe story went wrong: ${error.message}`);
}
await end(status);

async function serverAddress() {
  for await (const line of createInterface({ input: server.stdout })) {
    const ready = line.match(/^dynamill ready on (\S+)$/);
    if (ready) return ready[1];
  }
  throw new Error('the server ended before it was ready');
}

async function end(exitStatus) {
  server.kill('SIGTERM');
  await serverEnd;
  await rm(folder, { recursive: true, force: true });
  process.exit(exitStatus);
}

async function story(url) {
  process.env.AWS_ENDPOINT_URL = url;  // Where the files of the example look.
  const { createTables, createQueue, createFunction, createMapping } =
    await import(new URL('resources.mjs', example));
  const { placeOrder } = await import(new URL('orders.mjs', example));

  console.log(`Dynamill speaks DynamoDB, Streams, Lambda and SQS on ${url}\n`);
  const { streamArn } = await createTables();
  const { queueArn } = await createQueue();
  await createFunction();
  console.log('made     table Orders, its stream has new and old images');
  console.log('made     function print-invoices, and queue orders-failed for what it cannot handle');

  for (let order = 1; order <= orderCount; ++order) {
    await placeOrder(`order-${order}`, order === poisonedOrder ? undefined : order * 10);
  }
  console.log(`written  ${orderCount} orders with the AWS SDK; order-${poisonedOrder} has no amount`);
  const orders = await orderOfEachRecord(streamArn);

  const { mappingId } = await createMapping({ streamArn, queueArn });
  console.log('mapped   Orders -> print-invoices: batches of 5, bisect on error, 2 retries\n');
  const deliveries = await showUntilDrained(url, mappingId, orders);

  await checkFailure(orders);
  await checkInvoices(deliveries, orders);
  if (!once) await keepServing(url, mappingId, deliveries);
}

// Which order each record of the stream is about: sequence number -> number of the order.
async function orderOfEachRecord(streamArn) {
  const { recordsOfStream } = await import(new URL('stream.mjs', example));
  const orders = new Map();
  for await (const { dynamodb } of recordsOfStream(streamArn)) {
    orders.set(dynamodb.SequenceNumber, Number(dynamodb.Keys.id.S.replace('order-', '')));
  }
  check(orders.size === orderCount, `the stream has ${orders.size} records, not ${orderCount}`);
  return orders;
}

async function showUntilDrained(url, mappingId, orders) {
  const shown = [];
  let drained = false;
  const drain = call('POST', `${url}/_dynamill/drain`, { timeoutSeconds: 60 })
    .finally(() => { drained = true; });
  drain.catch(() => {});  // Awaited below.

  console.log(`  order ${header()}   attempt`);
  for (let isLast = false; !isLast; await pause(50)) {
    isLast = drained;  // One more look after the end.
    for (const delivery of await deliveriesAfter(url, mappingId, shown.at(-1))) {
      console.log(row(delivery, orders));
      shown.push(delivery);
    }
  }
  await drain;
  return shown;
}

function header() {
  return Array.from({ length: orderCount }, (_, at) => String(at + 1).padStart(3)).join('');
}

// One attempt as a line: a mark under each order that was in the batch, and what came of it.
function row(delivery, orders) {
  const included = new Set(ordersOf(delivery, orders));
  const { attempt, outcome } = delivery;
  const mark = { succeeded: '  ✓', failed: '  ✗', discarded: '  ➜' }[outcome] ?? '  ?';
  let marks = '';
  for (let order = 1; order <= orderCount; ++order) marks += included.has(order) ? mark : '  ·';
  return `        ${marks}      ${outcome === 'discarded' ? ' ' : attempt}     ${words(delivery)}`;
}

function words(delivery) {
  const { attempt, outcome, splitFrom, errorMessage, errorType } = delivery;
  if (outcome === 'discarded') return 'given up: goes to the queue orders-failed';
  const how = attempt > 1 ? 'tried again, ' : splitFrom ? 'split off, ' : '';
  return outcome === 'succeeded' ? `${how}succeeded` : `${how}${outcome}: ${errorMessage ?? errorType ?? ''}`;
}

// The orders whose records lie between the first and the last of the batch.
function ordersOf({ startSequenceNumber, endSequenceNumber }, orders) {
  const [first, last] = [BigInt(startSequenceNumber), BigInt(endSequenceNumber)];
  return [...orders]
    .filter(([number]) => first <= BigInt(number) && BigInt(number) <= last)
    .map(([, order]) => order);
}

async function checkFailure() {
  const { recordsOf, takeFailure } = await import(new URL('failures.mjs', example));
  const failure = await takeFailure();
  check(failure, 'there is no failure record in the queue');
  const { requestContext: request, DDBStreamBatchInfo: batch } = failure;
  const [record] = await recordsOf(failure);
  console.log(`\nqueue orders-failed has one message: ${request.condition} after ` +
    `${request.approximateInvokeCount} attempts,`);
  console.log(`  ${batch.batchSize} record, sequence number ${batch.startSequenceNumber}`);
  console.log(`  which the stream gives back as ${JSON.stringify(record.dynamodb.NewImage)}`);

  check(record.dynamodb.NewImage.id.S === `order-${poisonedOrder}`, 'that is the wrong order');
  check(request.condition === 'RetryAttemptsExhausted', 'that is the wrong condition');
  check(request.approximateInvokeCount === 3, 'one attempt and two retries make three');
  check(batch.batchSize === 1, 'it should stand alone');
  check(!await takeFailure(), 'there is a second message in the queue');
}

// A good order is in one batch that succeeded; and since the handler works through a batch up to
// the order that makes it throw, in each failed batch where it stood before that one.
async function checkInvoices(deliveries, orders) {
  const { timesPrinted } = await import(new URL('orders.mjs', example));
  const repeated = [];
  for (let order = 1; order <= orderCount; ++order) {
    const batches = deliveries.filter((delivery) => ordersOf(delivery, orders).includes(order));
    const succeeded = batches.filter(({ outcome }) => outcome === 'succeeded').length;
    const repeats = order < poisonedOrder ? batches.length - succeeded : 0;
    const printed = await timesPrinted(`order-${order}`);
    if (order === poisonedOrder) {
      check(succeeded === 0 && printed === 0, `order-${order} should never succeed`);
      continue;
    }
    check(succeeded === 1, `order-${order} was in ${succeeded} batches that succeeded`);
    check(printed === 1 + repeats,
      `order-${order} was printed ${printed} times; ${1 + repeats} would be right`);
    if (repeats > 0) repeated.push(`order-${order} (${printed})`);
  }
  console.log(`\nThe ${orderCount - 1} good orders are all invoiced: once each, but for those that stood before the`);
  console.log(`poisoned one in a batch that failed and was split: ${repeated.join(', ')}.`);
}

async function keepServing(url, mappingId, deliveries) {
  console.log(`
Still serving. Point any AWS SDK at ${url} (any region, any credentials), or try
  AWS_ENDPOINT_URL=${url} node examples/poison-record/orders.mjs
and see the batches here. Ctrl-C ends it.
`);
  for (let last = deliveries.at(-1); ; await pause(200)) {
    for (const delivery of await deliveriesAfter(url, mappingId, last)) {
      const { batchSize, attempt } = delivery;
      const records = batchSize === 1 ? ' 1 record ' : `${String(batchSize).padStart(2)} records`;
      console.log(`${records}   attempt ${attempt}   ${words(delivery)}`);
      last = delivery;
    }
  }
}

async function deliveriesAfter(url, mappingId, last) {
  const after = last ? `?after=${encodeURIComponent(last.deliveryId)}` : '';
  return (await call('GET', `${url}/_dynamill/mappings/${mappingId}/deliveries${after}`)).deliveries;
}

async function call(method, url, body) {
  const response = await fetch(url, {
    method,
    headers: body && { 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  check(response.ok, `${method} ${new URL(url).pathname} answered ${response.status} ${text}`);
  return JSON.parse(text);
}

function check(holds, otherwise) {
  if (!holds) throw new Error(otherwise);
}
