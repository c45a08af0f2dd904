// Places orders; one of them has no amount.
//
//   node orders.mjs [how many]

import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { fileURLToPath } from 'node:url';

import { dynamodb } from './clients.mjs';

export async function placeOrder(id, amount) {
  const Item = { id: { S: id }, customer: { S: 'ada' } };
  if (amount !== undefined) Item.amount = { N: String(amount) };
  await dynamodb.send(new PutItemCommand({ TableName: 'Orders', Item }));
}

// How often the handler printed its invoice.
export async function timesPrinted(id) {
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: 'Invoices', Key: { order: { S: id } }, ConsistentRead: true }));
  return Number(Item?.printed.N ?? 0);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const count = Number(process.argv[2] ?? 12);
  const poisoned = Math.ceil(count * 2 / 3);
  const now = Date.now();
  for (let number = 1; number <= count; ++number) {
    await placeOrder(`order-${now}-${number}`, number === poisoned ? undefined : number * 10);
  }
  console.log(`${count} orders placed; order-${now}-${poisoned} has no amount`);
}
