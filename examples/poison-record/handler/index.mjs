// Prints an invoice for each order, and counts how often it did.
//
// An order without an amount makes it throw, as forgotten cases do. Everything before that order in
// the same batch has been done by then, and is done again when the batch is tried again.

import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';

const dynamodb = new DynamoDBClient({});  // Needs no settings: the environment has them.

export async function handler(event) {
  for (const record of event.Records) {
    if (record.eventName !== 'INSERT') continue;
    await printInvoice(record.dynamodb.NewImage);
  }
}

async function printInvoice(order) {
  if (!order.amount) throw new TypeError(`${order.id.S} has no amount`);
  await dynamodb.send(new UpdateItemCommand({
    TableName: 'Invoices',
    Key: { order: { S: order.id.S } },
    UpdateExpression: 'SET amount = :amount ADD printed :one',
    ExpressionAttributeValues: { ':amount': { N: order.amount.N }, ':one': { N: '1' } },
  }));
}
