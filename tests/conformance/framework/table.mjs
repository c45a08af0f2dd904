// A table of a case, and its stream.

import { DeleteItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';

export class Table {
  constructor(t, name, streamArn) {
    Object.assign(this, { t, name, streamArn });
  }

  // Puts an item { pk: 'p', sk: id }. All items of a case have one partition key, hence are in one shard,
  // unless it says otherwise; `do` is what the function shall do.
  async put(id, { pk = 'p', do: action, ...attributes } = {}) {
    await this.putItem({
      pk: { S: pk },
      sk: { S: id },
      ...(action && { do: { S: JSON.stringify(action) } }),
      ...attributes,
    });
  }

  async putAll(ids, options) {
    for (const id of ids) await this.put(id, options);
  }

  async putItem(Item) {
    await this.t.dynamodb(new PutItemCommand({ TableName: this.name, Item }));
  }

  async update(Key, UpdateExpression, ExpressionAttributeValues, ExpressionAttributeNames) {
    await this.t.dynamodb(
      new UpdateItemCommand({
        TableName: this.name,
        Key,
        UpdateExpression,
        ExpressionAttributeValues,
        ExpressionAttributeNames,
      }),
    );
  }

  async delete(Key) {
    await this.t.dynamodb(new DeleteItemCommand({ TableName: this.name, Key }));
  }

  // The records of the stream so far, each with its shard.
  async records() {
    const { suite, streamArn: StreamArn } = { suite: this.t.suite, streamArn: this.streamArn };
    const records = [];
    for (const { ShardId } of await this.shards()) {
      let { ShardIterator } = await suite.send(
        suite.streams,
        new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
      );
      for (let empty = 0; ShardIterator && empty < 3;) {
        const page = await suite.send(suite.streams, new GetRecordsCommand({ ShardIterator }));
        records.push(...page.Records.map((record) => ({ ...record, ShardId })));
        empty = page.Records.length === 0 ? empty + 1 : 0;
        ShardIterator = page.NextShardIterator;
      }
    }
    return records;
  }

  async shards() {
    const { suite } = this.t;
    const { StreamDescription } = await suite.send(
      suite.streams,
      new DescribeStreamCommand({ StreamArn: this.streamArn }),
    );
    return StreamDescription.Shards;
  }
}
