// Conditions, and what a failed one tells.

import assert from 'node:assert/strict';

import { conditionFailed, TableName } from './scenario.mjs';

export const conditions = {
  'conditions that hold, and conditions that do not': async (db) => {
    const Key = { id: 'conditions' };
    await db.put({
      TableName,
      Item: { ...Key, n: 5, s: 'text', tags: db.set('x', 'y'), l: [1, 'a', 9], m: { k: null } },
    });
    const check = (ConditionExpression, values) => db.update({
      TableName, Key, ConditionExpression,
      ExpressionAttributeValues: values, ReturnValues: 'UPDATED_NEW',
    });
    const holds = [
      ['n = :v', 5], ['n <> :v', 6], ['n < :v', 5.1], ['n >= :v', 5], [':v > n', 6],
      ['n <> :v', '5'], ['absent <> :v', 1], ['tags = :v', db.set('y', 'x')],
      ['m = :v', { k: null }],
      ['n BETWEEN :v AND l[2]', 1], ['s IN (:v, n)', 'text'],
      ['attribute_exists(m.k) AND attribute_not_exists(m.x)'], ['NOT attribute_exists(l[3])'],
      ['attribute_type(m.k, :v)', 'NULL'], ['begins_with(s, :v)', 'te'], ['contains(s, :v)', 'ex'],
      ['contains(tags, :v)', 'x'], ['contains(l, :v)', 'a'], ['size(s) = :v', 4],
      ['(n = :v OR s = :v) AND NOT (l[0] = :v)', 5],
    ];
    for (const [expression, value] of holds) {
      const values = expression.includes(':v') ? { ':v': value } : undefined;
      assert.deepEqual(await check(expression, values), {}, expression);
      await conditionFailed(check(`NOT (${expression})`, values));
    }
  },

  'a condition guards put, update and delete, and may tell of the item': async (db) => {
    const Key = { id: 'guarded' };
    const Item = { ...Key, owner: 'me', seen: db.set('a'), version: 3 };
    const fresh = { ConditionExpression: 'attribute_not_exists(id)' };
    const ours = {
      ConditionExpression: '#owner = :owner',
      ExpressionAttributeNames: { '#owner': 'owner' },
      ExpressionAttributeValues: { ':owner': 'you' },
    };
    const telling = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' };
    await db.put({ TableName, Item, ...fresh });
    for (const attempt of [
      (more) => db.put({ TableName, Item: Key, ...fresh, ...more }),
      (more) => db.update({ TableName, Key, ...ours, ...more }),
      (more) => db.delete({ TableName, Key, ...ours, ...more }),
    ]) {
      const silent = await conditionFailed(attempt({}));
      assert.equal(silent.item, undefined);
      const told = await conditionFailed(attempt(telling));
      assert.deepEqual(told.item, Item);
    }
    // Where there is no item, there is none to tell of.
    const none =
      await conditionFailed(db.delete({ TableName, Key: { id: 'none' }, ...ours, ...telling }));
    assert.equal(none.item, undefined);
    assert.deepEqual(await db.get({ TableName, Key }), { Item });
  },
};
