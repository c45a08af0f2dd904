// Takes what could not be handled out of the queue, and looks up the records it speaks of.
//
//   node failures.mjs

import { GetRecordsCommand, GetShardIteratorCommand } from '@aws-sdk/client-dynamodb-streams';
import { DeleteMessageCommand, GetQueueUrlCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { fileURLToPath } from 'node:url';

import { sqs, streams } from './clients.mjs';

// The next failure record in the queue; nothing when there is none.
export async function takeFailure() {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'orders-failed' }));
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 1, WaitTimeSeconds: 1 }));
  if (Messages.length === 0) return undefined;
  await sqs.send(
    new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages[0].ReceiptHandle }));
  return JSON.parse(Messages[0].Body);
}

// A failure record names the stream records; they themselves are still in the stream.
export async function recordsOf({ DDBStreamBatchInfo: batch }) {
  const { ShardIterator } = await streams.send(new GetShardIteratorCommand({
    StreamArn: batch.streamArn,
    ShardId: batch.shardId,
    ShardIteratorType: 'AT_SEQUENCE_NUMBER',
    SequenceNumber: batch.startSequenceNumber,
  }));
  const { Records } = await streams.send(
    new GetRecordsCommand({ ShardIterator, Limit: batch.batchSize }));
  return Records;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (let failure; (failure = await takeFailure());) {
    console.log(JSON.stringify(failure, null, 2));
    for (const record of await recordsOf(failure)) {
      console.log('the record:', JSON.stringify(record.dynamodb.NewImage));
    }
  }
}
