// Reads a stream from its oldest record.
//
//   node stream.mjs      prints the changes of Orders

import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand, GetRecordsCommand, GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { fileURLToPath } from 'node:url';

import { dynamodb, streams } from './clients.mjs';

// The records there are now, shard by shard; a shard is listed after its parent.
export async function* recordsOfStream(streamArn) {
  const { StreamDescription } =
    await streams.send(new DescribeStreamCommand({ StreamArn: streamArn }));
  for (const { ShardId } of StreamDescription.Shards) {
    let { ShardIterator } = await streams.send(new GetShardIteratorCommand(
      { StreamArn: streamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }));
    while (ShardIterator) {
      const page = await streams.send(new GetRecordsCommand({ ShardIterator }));
      if (page.Records.length === 0) break;
      yield* page.Records;
      ShardIterator = page.NextShardIterator;
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: 'Orders' }));
  for await (const record of recordsOfStream(Table.LatestStreamArn)) {
    console.log(record.eventName, JSON.stringify(record.dynamodb.Keys),
      record.dynamodb.SequenceNumber);
  }
}
