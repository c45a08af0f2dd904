// PartiQL statements.

import assert from 'node:assert/strict';

import { conditionFailed, refused, TableName } from './scenario.mjs';

export const statements = {
  'statements write and read items': async (db) => {
    const execute = (Statement, ...Parameters) =>
      db.executeStatement(Parameters.length ? { Statement, Parameters } : { Statement });
    assert.deepEqual(
      await execute(`INSERT INTO ${TableName} VALUE {'id': ?, 'n': 1, 'tags': ?, 'of': {'it': [?]}}`,
        'song', db.set('a', 'b'), "it's"),
      { Items: [] });
    await refused(execute(`INSERT INTO "${TableName}" VALUE {'id': 'song'}`),
      'Duplicate primary key exists in table', 'DuplicateItemException');

    assert.deepEqual(
      await execute(
        `UPDATE ${TableName} SET n = n + ? SET tags = set_delete(tags, <<'a', 'b'>>)
         WHERE id = 'song' AND "of".it[0] = 'it''s' RETURNING ALL NEW *`, 2),
      { Items: [{ id: 'song', n: 3, of: { it: ["it's"] } }] });
    await conditionFailed(execute(`UPDATE ${TableName} SET n = 0 WHERE id = 'song' AND n < 3`));
    assert.deepEqual(await execute(`SELECT n FROM ${TableName} WHERE id = ?`, 'song'),
      { Items: [{ n: 3 }] });

    assert.deepEqual(
      await execute(`DELETE FROM ${TableName} WHERE id = 'song' RETURNING ALL OLD *`),
      { Items: [{ id: 'song', n: 3, of: { it: ["it's"] } }] });
    assert.deepEqual(await db.get({ TableName, Key: { id: 'song' } }), {});
  },

  'each statement of a batch stands for itself': async (db) => {
    assert.deepEqual(
      await db.batchExecuteStatement({
        Statements: [
          { Statement: `INSERT INTO ${TableName} VALUE {'id': ?, 'n': ?}`, Parameters: ['one', 1] },
          { Statement: `UPDATE ${TableName} SET n = 2 WHERE id = 'two'` },
          { Statement: `DELETE FROM ${TableName}` },
          { Statement: `INSERT INTO ${TableName} VALUE {'id': 'three'}` },
        ],
      }),
      {
        Responses: [
          { TableName },
          {
            TableName,
            Error: { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' },
          },
          {
            Error: {
              Code: 'ValidationError',
              Message: 'Where clause does not contain a mandatory equality on all key attributes',
            },
          },
          { TableName },
        ],
      });
    assert.deepEqual(
      await db.batchExecuteStatement({
        Statements: ['one', 'two', 'three'].map((id) =>
          ({ Statement: `SELECT * FROM ${TableName} WHERE id = ?`, Parameters: [id] })),
      }),
      {
        Responses: [
          { TableName, Item: { id: 'one', n: 1 } }, { TableName },
          { TableName, Item: { id: 'three' } },
        ],
      });
  },

  'a transaction of statements does all of them, or none': async (db) => {
    const execute = (...all) => db.executeTransaction({
      TransactStatements: all.map(([Statement, ...Parameters]) =>
        Parameters.length ? { Statement, Parameters } : { Statement }),
    });
    assert.deepEqual(
      await execute(
        [`INSERT INTO ${TableName} VALUE {'id': 'from', 'money': 10}`],
        [`INSERT INTO ${TableName} VALUE {'id': 'to', 'money': 0}`]),
      { Responses: [{}, {}] });
    const transfer = (amount) => execute(
      [`UPDATE ${TableName} SET money = money - ? WHERE id = 'from' AND money >= ?`, amount, amount],
      [`UPDATE ${TableName} SET money = money + ? WHERE id = 'to'`, amount]);
    assert.deepEqual(await transfer(7), { Responses: [{}, {}] });
    const { reasons } = await refused(transfer(7),
      'Transaction cancelled, please refer cancellation reasons for specific reasons ' +
        '[ConditionalCheckFailed, None]', 'TransactionCanceledException');
    assert.deepEqual(reasons, [
      { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' },
      { Code: 'None' },
    ]);
    assert.deepEqual(
      await execute(
        [`SELECT money FROM ${TableName} WHERE id = 'from'`],
        [`SELECT money FROM ${TableName} WHERE id = 'to'`]),
      { Responses: [{ Item: { money: 3 } }, { Item: { money: 7 } }] });
  },
};
