// What the scenarios have in common. Each is a title and a function of `db`, one of the clients of
// document_clients.mjs with an empty table Things, and of the server behind it.

import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import assert from 'node:assert/strict';

export const TableName = 'Things';

export const things = {
  TableName,
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  BillingMode: 'PAY_PER_REQUEST',
};

// The item as it is on the wire, whichever client wrote it.
export async function onTheWire(server, id) {
  const { Item } = await server.dynamodb.send(
    new GetItemCommand({ TableName, Key: { id: { S: id } } }));
  return Item;
}

// The error of a request that has to be refused, by default as a wrong one.
export async function refused(answer, message, name = 'ValidationException') {
  const error = await answer.then(
    (given) => assert.fail(`not refused, but ${JSON.stringify(given)}`), (reason) => reason);
  assert.equal(error.message, message);
  assert.equal(error.name, name);
  assert.equal(error.status, 400);
  return error;
}

export async function conditionFailed(answer) {
  return await refused(answer, 'The conditional request failed', 'ConditionalCheckFailedException');
}
