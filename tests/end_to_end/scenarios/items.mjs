// Whole items and parts of them: put, read, replaced, projected, deleted.

import assert from 'node:assert/strict';

import { TableName } from './scenario.mjs';

export const items = {
  'an item is put, read, replaced, deleted': async (db) => {
    const Key = { id: 'whole' };
    const first = { ...Key, title: 'one', count: 1 };
    const second = { ...Key, title: 'two' };
    assert.deepEqual(await db.get({ TableName, Key }), {});
    assert.deepEqual(await db.put({ TableName, Item: first }), {});
    assert.deepEqual(await db.get({ TableName, Key, ConsistentRead: true }), { Item: first });
    assert.deepEqual(await db.put({ TableName, Item: second, ReturnValues: 'ALL_OLD' }),
      { Attributes: first });
    assert.deepEqual(await db.put({ TableName, Item: second, ReturnValues: 'NONE' }), {});
    assert.deepEqual(await db.delete({ TableName, Key, ReturnValues: 'ALL_OLD' }),
      { Attributes: second });
    assert.deepEqual(await db.delete({ TableName, Key, ReturnValues: 'ALL_OLD' }), {});
    assert.deepEqual(await db.get({ TableName, Key }), {});
  },

  'a projection gives what it names': async (db) => {
    const Key = { id: 'projected' };
    await db.put({
      TableName,
      Item: {
        ...Key, status: 'new', l: [0, 1, { a: 1, b: 2 }], m: { 'x.y': 1, z: { deep: true } },
      },
    });
    const { Item } = await db.get({
      TableName, Key,
      ProjectionExpression: '#status, l[2].a, l[0], m.#dotted, m.z.deep, absent, l[9]',
      ExpressionAttributeNames: { '#status': 'status', '#dotted': 'x.y' },
    });
    assert.deepEqual(Item, { status: 'new', l: [0, { a: 1 }], m: { 'x.y': 1, z: { deep: true } } });
    // An item of which nothing was named is there, and empty.
    const projection = { TableName, ProjectionExpression: 'absent' };
    assert.deepEqual(await db.get({ ...projection, Key }), { Item: {} });
    assert.deepEqual(await db.get({ ...projection, Key: { id: 'none' } }), {});
  },
};
