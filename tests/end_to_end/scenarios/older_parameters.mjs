// The parameters that are older than expressions, and that programs of v2 still use.

import assert from 'node:assert/strict';

import { conditionFailed, refused, TableName } from './scenario.mjs';

export const olderParameters = {
  'Expected and ConditionalOperator': async (db) => {
    const Key = { id: 'expected' };
    const Item = { ...Key, n: 5, s: 'text', tags: db.set('x') };
    const put = (Expected, ConditionalOperator) =>
      db.put({ TableName, Item, Expected, ConditionalOperator });
    await put({ id: { Exists: false } });
    const conditions = [
      { n: { Value: 5 } },
      { n: { Value: 5, Exists: true } },
      { n: { ComparisonOperator: 'BETWEEN', AttributeValueList: [1, 5] } },
      { s: { ComparisonOperator: 'BEGINS_WITH', AttributeValueList: ['te'] } },
      { s: { ComparisonOperator: 'IN', AttributeValueList: ['other', 'text'] } },
      { tags: { ComparisonOperator: 'CONTAINS', AttributeValueList: ['x'] } },
      { absent: { ComparisonOperator: 'NULL' }, n: { ComparisonOperator: 'NOT_NULL' } },
    ];
    for (const Expected of conditions) assert.deepEqual(await put(Expected), {});
    const either = { n: { Value: 6 }, s: { Value: 'text' } };
    await put(either, 'OR');
    await conditionFailed(put(either, 'AND'));
    await conditionFailed(put(either));
    await conditionFailed(db.delete({ TableName, Key, Expected: { n: { Exists: false } } }));
  },

  'AttributeUpdates': async (db) => {
    const Key = { id: 'older-update' };
    await db.put({
      TableName,
      Item: { ...Key, gone: 1, n: 1, tags: db.set('a', 'b'), more: db.set('a'), list: [1] },
    });
    const { Attributes } = await db.update({
      TableName, Key, ReturnValues: 'ALL_NEW',
      AttributeUpdates: {
        gone: { Action: 'DELETE' },
        status: { Value: 'new' },  // PUT, and no word is reserved here.
        n: { Action: 'ADD', Value: 2 },
        tags: { Action: 'DELETE', Value: db.set('a') },
        more: { Action: 'ADD', Value: db.set('b') },
        list: { Action: 'ADD', Value: [2] },
      },
      Expected: { n: { Value: 1 } },
    });
    assert.deepEqual(Attributes,
      { ...Key, status: 'new', n: 3, tags: db.set('b'), more: db.set('a', 'b'), list: [1, 2] });
  },

  'AttributesToGet': async (db) => {
    const Key = { id: 'older-get' };
    await db.put({ TableName, Item: { ...Key, status: 'new', n: 1, other: 2 } });
    assert.deepEqual(await db.get({ TableName, Key, AttributesToGet: ['status', 'n', 'absent'] }),
      { Item: { status: 'new', n: 1 } });
  },

  'older parameters do not mix with expressions': async (db) => {
    const Key = { id: 'mixed' };
    await refused(
      db.put({
        TableName, Item: Key, Expected: { n: { Value: 1 } },
        ConditionExpression: 'attribute_exists(n)',
      }),
      '1 validation error detected: Can not use both expression and non-expression parameters in ' +
      'the same request: Non-expression parameters: {Expected} Expression parameters: ' +
      '{ConditionExpression}');
    await refused(db.get({ TableName, Key, AttributesToGet: ['a'], ProjectionExpression: 'a' }),
      'Can not use both expression and non-expression parameters in the same request: ' +
      'Non-expression parameters: {AttributesToGet} Expression parameters: {ProjectionExpression}');
  },
};
