// Vector indexes through the AWS SDK for JavaScript v3: made, filled, searched, and still there after
// a crash.

import {
  CreateTableCommand, DeleteItemCommand, DescribeTableCommand, PutItemCommand,
  SearchVectorsCommand, UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import assert from 'node:assert/strict';

import { startServer, temporaryFolder, test } from './server.mjs';

const vector = (...elements) => elements.map((element) => ({ N: String(element) }));

const near = {
  IndexName: 'near',
  VectorAttribute: { AttributeName: 'embedding' },
  Dimensions: 2,
  DistanceFunction: 'EUCLIDEAN',
  Projection: { ProjectionType: 'KEYS_ONLY' },
  SearchSchema: [{ AttributeName: 'kind', SearchSchemaElementType: 'HASH' }],
};

async function search(server, kind, ...elements) {
  const { SearchResults } = await server.dynamodb.send(new SearchVectorsCommand({
    TableName: 'Things', IndexName: 'near', TopK: 2, SearchVector: vector(...elements),
    SearchConditionExpression: 'kind = :kind',
    ExpressionAttributeValues: { ':kind': { S: kind } },
  }));
  return SearchResults.map(({ Item, Score }) => [Item.id.S, Score]);
}

async function put(server, id, kind, ...elements) {
  await server.dynamodb.send(new PutItemCommand({
    TableName: 'Things',
    Item: { id: { S: id }, kind: { S: kind }, embedding: { L: vector(...elements) } },
  }));
}

test('the nearest are found, also after a crash', async (t) => {
  const folder = await temporaryFolder(t);
  let server = await startServer(t, { folder });
  await server.dynamodb.send(new CreateTableCommand({
    TableName: 'Things', BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  }));
  await put(server, 'a', 'x', 0, 0);
  await put(server, 'b', 'x', 3, 4);
  await put(server, 'c', 'y', 0, 1);

  // Made later, it holds what was there before.
  await server.dynamodb.send(new UpdateTableCommand({
    TableName: 'Things',
    AttributeDefinitions: [{ AttributeName: 'kind', AttributeType: 'S' }],
    VectorIndexUpdates: [{ Create: near }],
  }));
  assert.deepEqual(await search(server, 'x', 0, 0), [['a', 0], ['b', 5]]);
  await put(server, 'd', 'x', 0, 2);
  await server.dynamodb.send(
    new DeleteItemCommand({ TableName: 'Things', Key: { id: { S: 'a' } } }));
  assert.deepEqual(await search(server, 'x', 0, 0), [['d', 2], ['b', 5]]);

  await server.kill();
  server = await startServer(t, { folder });
  assert.deepEqual(await search(server, 'x', 0, 0), [['d', 2], ['b', 5]]);
  assert.deepEqual(await search(server, 'y', 0, 0), [['c', 1]]);
  const { Table } =
    await server.dynamodb.send(new DescribeTableCommand({ TableName: 'Things' }));
  const [{ IndexStatus, ItemCount, Dimensions }] = Table.VectorIndexes;
  assert.deepEqual({ IndexStatus, ItemCount, Dimensions },
    { IndexStatus: 'ACTIVE', ItemCount: 3, Dimensions: 2 });
});
