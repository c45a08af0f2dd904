// The types of values, as JavaScript has them and as they travel, and their limits.

import assert from 'node:assert/strict';

import { onTheWire, refused, TableName } from './scenario.mjs';

export const values = {
  'every type of value, there and back': async (db, server) => {
    const Item = {
      id: 'values',
      string: 'ä ☃ 🦀 "quoted" \u0000',
      numbers: [0, -1.5, 1e-7, 123456789012345, 0.1],
      binary: db.bytes(0, 1, 254, 255),
      boolean: [true, false],
      nothing: null,
      strings: db.set('a', 'b', 'ä'),
      numberSet: db.set(-1, 0, 2.5),
      binaries: db.set(db.bytes(0), db.bytes(0, 1)),
      list: ['text', 1, null, ['nested', { deep: db.set('x') }]],
      map: { inner: { list: [{ 'a name.with [signs]': true }] } },
    };
    await db.put({ TableName, Item });
    assert.deepEqual(await db.get({ TableName, Key: { id: 'values' } }), { Item });
    assert.deepEqual(await onTheWire(server, 'values'), {
      id: { S: 'values' },
      string: { S: 'ä ☃ 🦀 "quoted" \u0000' },
      numbers: { L: ['0', '-1.5', '0.0000001', '123456789012345', '0.1'].map((N) => ({ N })) },
      binary: { B: new Uint8Array([0, 1, 254, 255]) },
      boolean: { L: [{ BOOL: true }, { BOOL: false }] },
      nothing: { NULL: true },
      strings: { SS: ['a', 'b', 'ä'] },
      numberSet: { NS: ['-1', '0', '2.5'] },
      binaries: { BS: [new Uint8Array([0]), new Uint8Array([0, 1])] },
      list: { L: [{ S: 'text' }, { N: '1' }, { NULL: true },
        { L: [{ S: 'nested' }, { M: { deep: { SS: ['x'] } } }] }] },
      map: { M: { inner: { M: {
        list: { L: [{ M: { 'a name.with [signs]': { BOOL: true } } }] },
      } } } },
    });
  },

  'empty strings, bytes, lists and maps are values; an empty key is none': async (db) => {
    const Item = {
      id: 'empty', string: '', bytes: db.bytes(), list: [], map: {}, strings: db.set('', 'a'),
      inside: { list: ['', [], {}] },
    };
    await db.put({ TableName, Item });
    assert.deepEqual(await db.get({ TableName, Key: { id: 'empty' } }), { Item });
    await refused(db.put({ TableName, Item: { id: '' } }),
      'One or more parameter values are not valid. The AttributeValue for a key attribute cannot ' +
      'contain an empty string value. Key: id');
  },

  'numbers beyond those of JavaScript': async (db, server) => {
    const Key = { id: 'exact' };
    const integer = '9007199254740993';  // 2^53 + 1
    const digits = '1234567890.1234567890123456789012345678';  // 38 of them
    await db.put({ TableName, Item: { ...Key, whole: db.number(integer) } });
    const { Item } = await db.get({ TableName, Key });
    assert.equal(Item.whole, db.integerRead(integer));

    const exact = new db.constructor(server.url, { wrapNumbers: true });
    const { Attributes } = await exact.update({
      TableName, Key, ReturnValues: 'ALL_NEW',
      UpdateExpression: 'SET digits = :digits, whole = whole + :one',
      ExpressionAttributeValues: { ':digits': exact.number(digits), ':one': 1 },
    });
    assert.equal(Attributes.digits.toString(), digits);
    assert.equal(Attributes.whole.toString(), '9007199254740994');

    const put = (text) => db.put({ TableName, Item: { ...Key, n: db.number(text) } });
    await put('9.9999999999999999999999999999999999999E+125');
    await put('-1E-130');
    await refused(put('1E+126'), '1 validation error detected: Number overflow. ' +
      'Attempting to store a number with magnitude larger than supported range');
    await refused(put('1E-131'), '1 validation error detected: Number underflow. ' +
      'Attempting to store a number with magnitude smaller than supported range');
    await refused(put(`${digits}9`), '1 validation error detected: ' +
      'Attempting to store more than 38 significant digits in a Number');
  },

  'an item of 400 KB, and no byte more': async (db) => {
    const Key = { id: 'large' };
    const room = 409_600 - 'id'.length - 'large'.length - 'text'.length;
    await db.put({ TableName, Item: { ...Key, text: 'x'.repeat(room) } });
    const { Item } = await db.get({ TableName, Key });
    assert.equal(Item.text.length, room);
    await refused(db.put({ TableName, Item: { ...Key, text: 'x'.repeat(room + 1) } }),
      'Item size has exceeded the maximum allowed size');
    await refused(db.update({
      TableName, Key,
      UpdateExpression: 'SET more = :more', ExpressionAttributeValues: { ':more': '' },
    }), 'Item size to update has exceeded the maximum allowed size');
  },
};
