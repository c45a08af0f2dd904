// Transactions: all of their actions, or none, and once.

import assert from 'node:assert/strict';

import { refused, TableName } from './scenario.mjs';

const canceled = (answer, codes) => refused(answer,
  `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
  'TransactionCanceledException');

// Takes from one account what it gives to the other, if there is enough.
const transfer = (from, to, amount, more) => ({
  TransactItems: [
    {
      Update: {
        TableName, Key: { id: from },
        UpdateExpression: 'SET #m = #m - :amount', ConditionExpression: '#m >= :amount',
        ExpressionAttributeNames: { '#m': 'money' },
        ExpressionAttributeValues: { ':amount': amount },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    },
    {
      Update: {
        TableName, Key: { id: to }, UpdateExpression: 'ADD money :amount',
        ExpressionAttributeValues: { ':amount': amount },
      },
    },
  ],
  ...more,
});

export const transactions = {
  'a transaction does all of its actions, or none': async (db) => {
    const money = async (id) => (await db.get({ TableName, Key: { id } })).Item?.money;
    assert.deepEqual(await db.transactWrite({
      TransactItems: [
        { Put: { TableName, Item: { id: 'alice', money: 10 } } },
        { Put: { TableName, Item: { id: 'bob', money: 0, tags: db.set('x') } } },
        { Delete: { TableName, Key: { id: 'nobody' } } },
        {
          ConditionCheck: {
            TableName, Key: { id: 'nowhere' }, ConditionExpression: 'attribute_not_exists(id)',
          },
        },
      ],
    }), {});
    assert.deepEqual(await db.transactWrite(transfer('alice', 'bob', 7)), {});
    assert.deepEqual([await money('alice'), await money('bob')], [3, 7]);

    const { reasons } =
      await canceled(db.transactWrite(transfer('alice', 'bob', 7)), 'ConditionalCheckFailed, None');
    assert.deepEqual(reasons, [
      {
        Code: 'ConditionalCheckFailed', Message: 'The conditional request failed',
        Item: { id: 'alice', money: 3 },
      },
      { Code: 'None' },
    ]);
    assert.deepEqual([await money('alice'), await money('bob')], [3, 7]);
  },

  'a transaction that is sent again is not done again': async (db) => {
    const Key = { id: 'counter' };
    const once = {
      ClientRequestToken: 'once', ReturnConsumedCapacity: 'TOTAL',
      TransactItems: [{
        Update: {
          TableName, Key, UpdateExpression: 'ADD n :one', ExpressionAttributeValues: { ':one': 1 },
        },
      }],
    };
    assert.deepEqual(await db.transactWrite(once),
      { ConsumedCapacity: [{ TableName, CapacityUnits: 2, WriteCapacityUnits: 2 }] });
    assert.deepEqual(await db.transactWrite(once),
      { ConsumedCapacity: [{ TableName, CapacityUnits: 2, ReadCapacityUnits: 2 }] });
    assert.deepEqual(await db.get({ TableName, Key }), { Item: { ...Key, n: 1 } });
    await refused(
      db.transactWrite({ ...once, TransactItems: [{ Delete: { TableName, Key } }] }),
      'The request uses the same client token as a previous, but non-identical request.',
      'IdempotentParameterMismatchException');
  },
};
