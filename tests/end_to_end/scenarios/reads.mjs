// Query, Scan and batches, with expressions and with what was there before them.

import assert from 'node:assert/strict';

import { refused } from './scenario.mjs';

const TableName = 'Plays';
const plays = {
  TableName,
  AttributeDefinitions: [
    { AttributeName: 'game', AttributeType: 'S' }, { AttributeName: 'player', AttributeType: 'S' },
    { AttributeName: 'score', AttributeType: 'N' },
  ],
  KeySchema: [
    { AttributeName: 'game', KeyType: 'HASH' }, { AttributeName: 'player', KeyType: 'RANGE' },
  ],
  LocalSecondaryIndexes: [{
    IndexName: 'by-score',
    KeySchema: [
      { AttributeName: 'game', KeyType: 'HASH' }, { AttributeName: 'score', KeyType: 'RANGE' },
    ],
    Projection: { ProjectionType: 'KEYS_ONLY' },
  }],
  GlobalSecondaryIndexes: [{
    IndexName: 'by-player',
    KeySchema: [
      { AttributeName: 'player', KeyType: 'HASH' }, { AttributeName: 'score', KeyType: 'RANGE' },
    ],
    Projection: { ProjectionType: 'ALL' },
  }],
  BillingMode: 'PAY_PER_REQUEST',
};
const items = [
  { game: 'chess', player: 'anna', score: 12, level: 1 },
  { game: 'chess', player: 'ben', score: 7.5, level: 2 },
  { game: 'chess', player: 'carla', score: -3, level: 2 },
  { game: 'go', player: 'anna', score: 40 },
  { game: 'go', player: 'dora' },
];

export const reads = {
  'a batch writes what a query finds': async (db) => {
    await db.createTable(plays);
    assert.deepEqual(
      await db.batchWrite({
        RequestItems: { [TableName]: items.map((Item) => ({ PutRequest: { Item } })) },
      }),
      { UnprocessedItems: {} });
    assert.deepEqual(
      await db.query({
        TableName, KeyConditionExpression: 'game = :g AND player > :p',
        ExpressionAttributeValues: { ':g': 'chess', ':p': 'anna' },
      }),
      { Items: [items[1], items[2]], Count: 2, ScannedCount: 2 });
  },

  'indexes have orders of their own': async (db) => {
    const byScore = await db.query({
      TableName, IndexName: 'by-score', ScanIndexForward: false, KeyConditionExpression: 'game = :g',
      ExpressionAttributeValues: { ':g': 'chess' }, Select: 'ALL_ATTRIBUTES', ConsistentRead: true,
    });
    assert.deepEqual(byScore.Items, items.slice(0, 3));
    const byPlayer = await db.query({
      TableName, IndexName: 'by-player', KeyConditionExpression: 'player = :p AND score BETWEEN :a AND :b',
      ExpressionAttributeValues: { ':p': 'anna', ':a': 0, ':b': 40 }, Limit: 1,
    });
    assert.deepEqual(byPlayer.Items, [items[0]]);
    assert.deepEqual(byPlayer.LastEvaluatedKey, { game: 'chess', player: 'anna', score: 12 });
    const rest = await db.query({
      TableName, IndexName: 'by-player', KeyConditionExpression: 'player = :p',
      ExpressionAttributeValues: { ':p': 'anna' }, ExclusiveStartKey: byPlayer.LastEvaluatedKey,
    });
    assert.deepEqual(rest, { Items: [items[3]], Count: 1, ScannedCount: 1 });
  },

  'a scan filters, counts, and is divided': async (db) => {
    const { Count, ScannedCount, Items } = await db.scan({
      TableName, FilterExpression: '#l > :l', ExpressionAttributeNames: { '#l': 'level' },
      ExpressionAttributeValues: { ':l': 1 }, Select: 'COUNT',
    });
    assert.deepEqual({ Count, ScannedCount, Items }, { Count: 2, ScannedCount: 5, Items: undefined });
    const segments = await Promise.all([0, 1, 2].map((Segment) =>
      db.scan({ TableName, Segment, TotalSegments: 3 })));
    const found = segments.flatMap((segment) => segment.Items);
    assert.equal(found.length, items.length);
    assert.deepEqual(
      new Set(found.map(({ game, player }) => `${game} ${player}`)),
      new Set(items.map(({ game, player }) => `${game} ${player}`)));
  },

  'conditions of the time before expressions': async (db) => {
    const condition = (ComparisonOperator, ...AttributeValueList) =>
      ({ ComparisonOperator, AttributeValueList });
    const { Items } = await db.query({
      TableName, KeyConditions: { game: condition('EQ', 'chess') },
      QueryFilter: { level: condition('EQ', 2), score: condition('LT', 0) },
      AttributesToGet: ['player'],
    });
    assert.deepEqual(Items, [{ player: 'carla' }]);
    const scan = await db.scan({ TableName, ScanFilter: { level: condition('NULL') } });
    assert.equal(scan.Count, 2);
  },

  'a batch reads from several tables': async (db) => {
    const { Responses, UnprocessedKeys } = await db.batchGet({
      RequestItems: {
        [TableName]: {
          Keys: [{ game: 'go', player: 'dora' }, { game: 'go', player: 'nobody' }],
          ConsistentRead: true,
        },
      },
    });
    assert.deepEqual(Responses, { [TableName]: [items[4]] });
    assert.deepEqual(UnprocessedKeys, {});
  },

  'what cannot be asked': async (db) => {
    await refused(
      db.query({
        TableName, KeyConditionExpression: 'player = :p', ExpressionAttributeValues: { ':p': 'anna' },
      }),
      'Query condition missed key schema element: game');
    await refused(
      db.scan({ TableName: 'Nowhere' }), 'Requested resource not found', 'ResourceNotFoundException');
  },
};
