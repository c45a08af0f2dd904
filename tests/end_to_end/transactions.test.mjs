// Money moves between accounts while the program is killed: none is lost, none is made, and every
// transfer happens once, also when its client never heard of it and sends it again.

import { GetItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import assert from 'node:assert/strict';

import { createTable, putItem, readStream } from './resources.mjs';
import { startServer, temporaryFolder, test } from './server.mjs';

const TableName = 'Things';
const accounts = ['anna', 'ben', 'carla', 'dora', 'emil'];
const tellers = 8;
const transfersPerRound = 150;

function dice(sides) { return Math.floor(Math.random() * sides); }

let lastToken = 0;
function newTransfer() {
  const from = dice(accounts.length);
  const to = (from + 1 + dice(accounts.length - 1)) % accounts.length;
  const add = (account, amount, condition) => ({
    Update: {
      TableName, Key: { id: { S: account } }, UpdateExpression: 'ADD money :amount, transfers :one',
      ConditionExpression: condition,
      ExpressionAttributeValues: {
        ':amount': { N: String(amount) }, ':one': { N: '1' },
        ...(condition && { ':enough': { N: String(-amount) } }),
      },
    },
  });
  const amount = 1 + dice(40);
  return new TransactWriteItemsCommand({
    ClientRequestToken: `transfer-${++lastToken}`,
    TransactItems: [
      add(accounts[from], -amount, 'money >= :enough'), add(accounts[to], amount),
    ],
  });
}

// Whether it was done; nothing if nobody knows. With `patience` its client hangs up after so many
// milliseconds.
async function outcome(server, transfer, patience) {
  const abortSignal = patience === undefined ? undefined : AbortSignal.timeout(patience);
  try {
    await server.dynamodb.send(transfer, { abortSignal });
    return true;
  } catch (error) {
    if (error.name === 'TransactionCanceledException') {
      // Somebody else was moving money of one of the accounts: asked again.
      const codes = error.CancellationReasons.map(({ Code }) => Code);
      return codes.includes('TransactionConflict') ? undefined : false;
    }
    // Hung up, and asked again at once.
    if (error.name === 'TransactionInProgressException') return undefined;
    if (!error.$metadata?.httpStatusCode) return undefined;
    throw error;
  }
}

// Transfers until the program is gone; gives the one whose outcome is unknown then.
async function work(server, onDone) {
  for (;;) {
    const transfer = newTransfer();
    let wasDone = await outcome(server, transfer, dice(4) === 0 ? dice(4) : undefined);
    while (wasDone === undefined) {
      if (server.child.killed) return transfer;
      wasDone = await outcome(server, transfer);
    }
    if (wasDone) onDone();
  }
}

test('every transfer happens once, whenever the program is killed', async (t) => {
  const folder = await temporaryFolder(t);
  let server = await startServer(t, { folder });
  const streamArn = await createTable(server);
  for (const id of accounts) {
    await putItem(server, { id: { S: id }, money: { N: '100' }, transfers: { N: '0' } });
  }

  let done = 0;
  for (let round = 1; round <= 4; ++round) {
    const enough = done + transfersPerRound;
    const onDone = () => {
      if (++done === enough) setTimeout(() => server.child.kill('SIGKILL'), dice(10));
    };
    const unknown =
      await Promise.all(Array.from({ length: tellers }, () => work(server, onDone)));
    await server.ended;
    server = await startServer(t, { folder });
    for (const transfer of unknown) {
      const wasDone = await outcome(server, transfer);
      if (wasDone) ++done;
      assert.equal(await outcome(server, transfer), wasDone);
    }
  }

  const items = {};
  for (const id of accounts) {
    const { Item } =
      await server.dynamodb.send(new GetItemCommand({ TableName, Key: { id: { S: id } } }));
    items[id] = unmarshall(Item);
  }
  const sum = (attribute) => Object.values(items).reduce((all, item) => all + item[attribute], 0);
  assert.equal(sum('money'), 100 * accounts.length);
  assert.ok(Object.values(items).every(({ money }) => money >= 0));
  assert.equal(sum('transfers'), 2 * done);

  // The stream tells the same: each record begins where the one before it ended.
  const retold = {};
  let changes = 0;
  for (const { dynamodb } of await readStream(server, streamArn)) {
    const id = dynamodb.Keys.id.S;
    if (dynamodb.OldImage) {
      assert.deepEqual(unmarshall(dynamodb.OldImage), retold[id]);
      ++changes;
    }
    retold[id] = unmarshall(dynamodb.NewImage);
  }
  assert.deepEqual(retold, items);
  assert.equal(changes, 2 * done);
});
