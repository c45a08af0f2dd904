// What an answer tells beside the item: costs, errors, and how it came to be.

import assert from 'node:assert/strict';

import { refused, TableName } from './scenario.mjs';

const orders = {
  TableName: 'Orders',
  AttributeDefinitions: [
    { AttributeName: 'customer', AttributeType: 'S' },
    { AttributeName: 'number', AttributeType: 'N' },
    { AttributeName: 'day', AttributeType: 'S' },
    { AttributeName: 'state', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'customer', KeyType: 'HASH' }, { AttributeName: 'number', KeyType: 'RANGE' },
  ],
  LocalSecondaryIndexes: [{
    IndexName: 'by-day',
    KeySchema: [
      { AttributeName: 'customer', KeyType: 'HASH' }, { AttributeName: 'day', KeyType: 'RANGE' },
    ],
    Projection: { ProjectionType: 'KEYS_ONLY' },
  }],
  GlobalSecondaryIndexes: [{
    IndexName: 'by-state',
    KeySchema: [{ AttributeName: 'state', KeyType: 'HASH' }],
    Projection: { ProjectionType: 'ALL' },
  }],
  BillingMode: 'PAY_PER_REQUEST',
};

export const answers = {
  'capacity of the table, its indexes, and the item collection': async (db) => {
    await db.createTable(orders);
    const { TableName } = orders;
    const Key = { customer: 'me', number: 1 };
    const Item = { ...Key, day: '2026-11-21', state: 'open', text: 'x'.repeat(1500) };
    const CapacityUnits = 1;
    const ItemCollectionMetrics =
      { ItemCollectionKey: { customer: 'me' }, SizeEstimateRangeGB: [0, 1] };

    assert.deepEqual(await db.put({ TableName, Item: Key, ReturnConsumedCapacity: 'TOTAL' }),
      { ConsumedCapacity: { TableName, CapacityUnits } });
    assert.deepEqual(
      await db.put({
        TableName, Item, ReturnConsumedCapacity: 'INDEXES', ReturnItemCollectionMetrics: 'SIZE',
      }),
      {
        ConsumedCapacity: {
          TableName,
          CapacityUnits: 5,
          Table: { CapacityUnits: 2 },
          LocalSecondaryIndexes: { 'by-day': { CapacityUnits } },
          GlobalSecondaryIndexes: { 'by-state': { CapacityUnits: 2 } },
        },
        ItemCollectionMetrics,
      });
    // An index that a write does not change costs nothing and is not told.
    assert.deepEqual(
      await db.update({
        TableName, Key, ReturnConsumedCapacity: 'INDEXES',
        UpdateExpression: 'REMOVE #day', ExpressionAttributeNames: { '#day': 'day' },
      }),
      {
        ConsumedCapacity: {
          TableName,
          CapacityUnits: 5,
          Table: { CapacityUnits: 2 },
          LocalSecondaryIndexes: { 'by-day': { CapacityUnits } },
          GlobalSecondaryIndexes: { 'by-state': { CapacityUnits: 2 } },
        },
      });
    for (const [ConsistentRead, units] of [[false, 0.5], [true, 1]]) {
      const { ConsumedCapacity } =
        await db.get({ TableName, Key, ConsistentRead, ReturnConsumedCapacity: 'INDEXES' });
      assert.deepEqual(ConsumedCapacity,
        { TableName, CapacityUnits: units, Table: { CapacityUnits: units } });
    }
    assert.deepEqual(await db.delete({ TableName, Key, ReturnItemCollectionMetrics: 'SIZE' }),
      { ItemCollectionMetrics });
  },

  'a table without local indexes has no item collections': async (db) => {
    assert.deepEqual(
      await db.put({ TableName, Item: { id: 'alone' }, ReturnItemCollectionMetrics: 'SIZE' }), {});
  },

  'wrong requests are told in the words of AWS': async (db) => {
    const Key = { id: 'wrong' };
    const put = { TableName, Item: Key };
    const get = { TableName, Key };
    await refused(db.get({ TableName: 'Elsewhere', Key }), 'Requested resource not found',
      'ResourceNotFoundException');
    await refused(db.put({ ...put, ReturnValues: 'ALL_NEW' }),
      '1 validation error detected: ReturnValues can only be ALL_OLD or NONE');
    await refused(db.put({ ...put, Item: { n: 1 } }),
      'One or more parameter values were invalid: Missing the key id in the item');
    await refused(db.put({ ...put, Item: { id: 1 } }),
      'One or more parameter values were invalid: Type mismatch for key id expected: S actual: N');
    await refused(db.get({ ...get, Key: { id: 'a', other: 'b' } }),
      'The provided key element does not match the schema');
    await refused(db.get({ ...get, ReturnConsumedCapacity: 'SOME' }),
      "1 validation error detected: Value 'SOME' at 'returnConsumedCapacity' failed to satisfy " +
      'constraint: Member must satisfy enum value set: [INDEXES, TOTAL, NONE]');
    await refused(db.put({ ...put, ConditionExpression: 'n = :v' }),
      '1 validation error detected: Invalid ConditionExpression: An expression attribute value ' +
      'used in expression is not defined; attribute value: :v');
    await refused(db.get({ ...get, ProjectionExpression: '#n' }),
      'Invalid ProjectionExpression: An expression attribute name used in the document path is ' +
      'not defined; attribute name: #n');
  },

  'an answer says how it came to be; what is refused is not tried again': async (db) => {
    const Key = { id: 'described' };
    await db.put({ TableName, Item: Key });
    assert.equal(db.last.status, 200);
    assert.equal(db.last.attempts, 1);
    assert.match(db.last.requestId, /^[0-9A-Z]{52}$/);
    const wrong = await refused(db.get({ TableName, Key: {} }),
      'The provided key element does not match the schema');
    assert.equal(wrong.attempts, 1);
    assert.match(wrong.requestId, /^[0-9A-Z]{52}$/);
    assert.notEqual(wrong.requestId, db.last.requestId);
  },
};
