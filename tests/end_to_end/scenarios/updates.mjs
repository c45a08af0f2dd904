// Updates: what they return, and what their expressions do.

import assert from 'node:assert/strict';

import { refused, TableName } from './scenario.mjs';

// The attributes of an item after an update that began with `before`.
async function updated(db, before, UpdateExpression, ExpressionAttributeValues, names) {
  const Key = { id: 'updated' };
  await db.put({ TableName, Item: { ...Key, ...before } });
  const { Attributes: { id, ...attributes } } = await db.update({
    TableName, Key, UpdateExpression, ExpressionAttributeValues, ReturnValues: 'ALL_NEW',
    ExpressionAttributeNames: names,
  });
  return attributes;
}

export const updates = {
  'every ReturnValues of an update': async (db) => {
    const Key = { id: 'returned' };
    const before = { ...Key, kept: 'k', gone: 'g', map: { x: 1, y: 1 } };
    const after = { ...Key, kept: 'k', map: { x: 2, y: 1 }, n: 5 };
    const expected = {
      NONE: undefined,
      ALL_OLD: before,
      UPDATED_OLD: { gone: 'g', map: { x: 1 } },
      ALL_NEW: after,
      UPDATED_NEW: { map: { x: 2 }, n: 5 },
    };
    for (const [ReturnValues, Attributes] of Object.entries(expected)) {
      await db.put({ TableName, Item: before });
      const answer = await db.update({
        TableName, Key, ReturnValues,
        UpdateExpression: 'SET #map.x = :two ADD n :five REMOVE gone',
        ExpressionAttributeNames: { '#map': 'map' },
        ExpressionAttributeValues: { ':two': 2, ':five': 5 },
      });
      assert.deepEqual(answer, Attributes ? { Attributes } : {}, ReturnValues);
    }
  },

  'an update makes the item if there is none': async (db) => {
    const Key = { id: 'made' };
    const update = { TableName, Key, ReturnValues: 'ALL_NEW' };
    // Taking away makes nothing; an update without expression makes an item of the key alone.
    assert.deepEqual(await db.update({ ...update, UpdateExpression: 'REMOVE n' }), {});
    assert.deepEqual(await db.get({ TableName, Key }), {});
    assert.deepEqual(await db.update(update), { Attributes: Key });
    await db.delete({ TableName, Key });
    const count = {
      ...update, UpdateExpression: 'ADD n :n', ExpressionAttributeValues: { ':n': 1 },
    };
    assert.deepEqual(await db.update({ ...count, ReturnValues: 'UPDATED_OLD' }), {});
    assert.deepEqual(await db.update(count), { Attributes: { ...Key, n: 2 } });
  },

  'SET: values, other attributes, arithmetic, if_not_exists': async (db) => {
    assert.deepEqual(
      await updated(db, { n: 10, m: {} },
        'SET #status = :s, n = n - :one, was = n, m.#date = if_not_exists(m.#date, :s), ' +
        'again = if_not_exists(n, :one), running = if_not_exists(running, :zero) + n',
        { ':s': 'new', ':one': 1, ':zero': 0 }, { '#status': 'status', '#date': 'date' }),
      // Every right side is of the item as it was.
      { n: 9, was: 10, again: 10, running: 10, status: 'new', m: { date: 'new' } });
    assert.deepEqual(await updated(db, { a: 1, b: 2 }, 'SET a = b, b = a'), { a: 2, b: 1 });
  },

  'SET and REMOVE in lists': async (db) => {
    assert.deepEqual(
      await updated(db, { l: ['b'], m: { l: [1, 2] } },
        'SET l = list_append(:first, l), m.l = list_append(m.l, :last), ' +
        'fresh = list_append(if_not_exists(fresh, :none), :last)',
        { ':first': ['a'], ':last': [{ n: 3 }], ':none': [] }),
      { l: ['a', 'b'], m: { l: [1, 2, { n: 3 }] }, fresh: [{ n: 3 }] });
    // Beyond the end is at the end, and every index is one of the list as it was.
    assert.deepEqual(
      await updated(db, { l: [0, 1, 2, 3] },
        'SET l[9] = :nine, l[7] = :seven, l[3] = :three REMOVE l[0], l[2]',
        { ':nine': 'nine', ':seven': 'seven', ':three': 'three' }),
      { l: [1, 'three', 'seven', 'nine'] });
    assert.deepEqual(
      await updated(db, { l: [[1, 2], { a: 1, b: 2 }] }, 'REMOVE l[0][1], l[1].a, l[5], nothing'),
      { l: [[1], { b: 2 }] });
  },

  'ADD and DELETE: counters and sets': async (db) => {
    assert.deepEqual(
      await updated(db, { n: 1, s: db.set('a'), m: { numbers: db.set(1, 2) } },
        'ADD n :n, fresh :n, s :s, tags :s, m.numbers :numbers',
        { ':n': -3, ':s': db.set('a', 'b'), ':numbers': db.set(2, 3) }),
      {
        n: -2, fresh: -3, s: db.set('a', 'b'), tags: db.set('a', 'b'),
        m: { numbers: db.set(1, 2, 3) },
      });
    // A set without members is no attribute.
    assert.deepEqual(
      await updated(db,
        { s: db.set('a', 'b', 'c'), emptied: db.set('a'), bytes: db.set(db.bytes(1)) },
        'DELETE s :s, emptied :s, nothing :s, bytes :bytes',
        { ':s': db.set('a', 'c', 'x'), ':bytes': db.set(db.bytes(2)) }),
      { s: db.set('b'), bytes: db.set(db.bytes(1)) });
  },

  'updates that cannot be done change nothing': async (db) => {
    const before = { n: 1, s: 'text', l: ['a'] };
    const isAbsent =
      'The provided expression refers to an attribute that does not exist in the item';
    const hasWrongType = 'An operand in the update expression has an incorrect data type';
    const hasWrongPath =
      'The document path provided in the update expression is invalid for update';
    const invalid = '1 validation error detected: Invalid UpdateExpression: ';
    const impossible = {
      'SET x = absent': isAbsent,
      'SET x = absent + :one': isAbsent,
      'SET n = s + :one': hasWrongType,
      'SET l = list_append(l, s), n = :one': hasWrongType,
      'ADD s :one': hasWrongType,
      'SET absent.x = :one': hasWrongPath,
      'SET n.x = :one': hasWrongPath,
      'REMOVE absent.x': hasWrongPath,
      'SET id = :one': 'One or more parameter values were invalid: ' +
        'Cannot update attribute id. This attribute is part of the key',
      'SET n = :one, n = :one': `${invalid}Two document paths overlap with each other; ` +
        'must remove or rewrite one of these paths; path one: [n], path two: [n]',
      'SET status = :one':
        `${invalid}Attribute name is a reserved keyword; reserved keyword: status`,
      'SET n = :one +': `${invalid}Syntax error; token: "<EOF>", near: "+"`,
    };
    for (const [expression, message] of Object.entries(impossible)) {
      const values = expression.includes(':one') ? { ':one': 1 } : undefined;
      await refused(updated(db, before, expression, values), message);
      assert.deepEqual(await db.get({ TableName, Key: { id: 'updated' } }),
        { Item: { id: 'updated', ...before } });
    }
  },
};
