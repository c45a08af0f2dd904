// What clients know of the items they write: every change that was acknowledged, in order, and those
// of requests that failed: refused, or without an answer when the program died, and then they may have
// been made or not. (Of a batch that was refused some may have been made.)

import {
  BatchWriteItemCommand, DeleteItemCommand, GetItemCommand, PutItemCommand, TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import assert from 'node:assert/strict';

import { below } from './seeded.mjs';

export class Ledger {
  #items = new Map();  // id -> { image, changes: [image or undefined] }
  #unanswered = [];    // { changes: Map(id -> image or undefined), isAtomic, isRefused }
  #version = 0;
  acknowledged = 0;

  constructor(table = 'Things', { prefix = 'w', keysPerWriter = 10, textMax = 400 } = {}) {
    Object.assign(this, { table, prefix, keysPerWriter, textMax });
  }

  // One request of any kind that writes, by a client that waits for the answer and shares no keys
  // with others.
  async write(server, writer, random) {
    const { command, changes, isAtomic } = this.#draw(writer, random);
    try {
      const { UnprocessedItems = {} } = await server.dynamodb.send(command);
      assert.deepEqual(UnprocessedItems, {});
    } catch (error) {
      const isRefused = error.$metadata?.httpStatusCode >= 400;
      this.#unanswered.push({ changes, isAtomic, isRefused });
      throw error;
    }
    for (const [id, image] of changes) this.#note(id, image);
    this.acknowledged += 1;
  }

  // Looks at the table: every acknowledged change is there; of those without an answer it finds out
  // which were made. Nobody writes meanwhile.
  async settle(server) {
    for (const { changes, isAtomic, isRefused } of this.#unanswered.splice(0)) {
      const made = new Set();
      for (const [id, image] of changes) {
        const before = this.#items.get(id)?.image;
        if (!image && !before) continue;  // Deleting nothing is no change.
        const isMade = isSame(await this.#item(server, id), image);
        made.add(isMade);
        if (isMade) this.#note(id, image);
      }
      assert.ok(!isAtomic || made.size <= 1, 'a transaction is made as a whole');
      assert.ok(!isAtomic || !isRefused || !made.has(true), 'a refused change is not made');
    }
    await Promise.all([...this.#items].map(async ([id, { image }]) =>
      assert.deepEqual(await this.#item(server, id), image, `${id} is as it was acknowledged`)));
  }

  // Every change is in the stream exactly once, and in its order.
  check(story) {
    for (const [id, { changes, image }] of this.#items) {
      const told = story.items.get(id)?.records.map((record) => record.image?.version.N) ?? [];
      assert.deepEqual(told, changes.map((change) => change?.version.N), `the changes of ${id}`);
      assert.deepEqual(story.table.get(id), image, `the stream retells ${id}`);
    }
    assert.equal(story.count, this.changes, 'nothing else is in the stream');
  }

  // How many there should be in the stream.
  get changes() {
    return [...this.#items.values()].reduce((sum, { changes }) => sum + changes.length, 0);
  }

  #note(id, image) {
    const item = this.#items.get(id) ?? { changes: [] };
    this.#items.set(id, item);
    if (!image && !item.image) return;
    item.image = image;
    item.changes.push(image);
  }

  #draw(writer, random) {
    const ids = new Set();
    const count = random() < 0.7 ? 1 : 2 + below(random, 3);
    while (ids.size < count) ids.add(`${this.prefix}${writer}-${below(random, this.keysPerWriter)}`);
    const isBatch = count > 1 && random() < 0.5;
    const actions = [...ids].map((id) => this.#action(id, random, !isBatch));
    const changes = new Map(actions.map(({ id, becomes }) => [id, becomes]));
    if (isBatch) return { command: this.#batch(actions), changes, isAtomic: false };
    if (count > 1) return { command: transaction(actions), changes, isAtomic: true };
    const [{ kind, input }] = actions;
    return { command: new { PutItemCommand, UpdateItemCommand, DeleteItemCommand }[
      `${kind}ItemCommand`](input), changes, isAtomic: true };
  }

  #action(id, random, mayUpdate) {
    const TableName = this.table;
    const Key = { id: { S: id } };
    const version = { N: String(++this.#version) };
    const choice = random();
    if (choice < 0.2) return { id, kind: 'Delete', input: { TableName, Key } };
    if (choice < 0.5 && mayUpdate) {
      return { id, kind: 'Update', becomes: { ...this.#items.get(id)?.image, ...Key, version }, input: {
        TableName, Key, UpdateExpression: 'SET version = :version',
        ExpressionAttributeValues: { ':version': version },
      } };
    }
    const Item = { ...Key, version, text: { S: 'x'.repeat(below(random, this.textMax)) } };
    return { id, kind: 'Put', becomes: Item, input: { TableName, Item } };
  }

  #batch(actions) {
    return new BatchWriteItemCommand({ RequestItems: { [this.table]: actions.map(
      ({ input: { Item, Key } }) => Item ? { PutRequest: { Item } } : { DeleteRequest: { Key } }) } });
  }

  async #item(server, id) {
    const { Item } = await server.dynamodb.send(new GetItemCommand(
      { TableName: this.table, Key: { id: { S: id } }, ConsistentRead: true }));
    return Item;
  }
}

function transaction(actions) {
  return new TransactWriteItemsCommand(
    { TransactItems: actions.map(({ kind, input }) => ({ [kind]: input })) });
}

function isSame(one, other) {
  try {
    assert.deepEqual(one, other);
    return true;
  } catch {
    return false;
  }
}
