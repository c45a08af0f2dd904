// A stream as it has been read so far, and the table that it retells. What a stream promises is
// checked with every record: each change goes on from the one before it, numbers grow within a shard,
// from parent to child and for each item, and an item stays in the line of one shard.

import {
  DescribeStreamCommand, GetRecordsCommand, GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import assert from 'node:assert/strict';

export class Story {
  table = new Map();   // id -> image
  shards = new Map();  // Shard id -> sequence numbers, in order.
  items = new Map();   // id -> { records: [{ number, image }], shard }
  poisoned = new Set();
  #lineage = new Map();   // Shard id -> as it was listed.
  #ended = new Set();     // Ids of shards read to their ends.
  #eventIds = new Map();  // Event id -> sequence number.

  // Reads what is new in every shard, parents before children.
  async readOn(server, streamArn) {
    const shards = await listShards(server, streamArn);
    this.list(shards);
    for (const shard of parentsFirst(shards)) {
      const { ShardId } = shard;
      if (this.#ended.has(ShardId)) continue;
      const numbers = this.shards.get(ShardId) ?? [];
      const start = numbers.length > 0
        ? { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: numbers.at(-1) }
        : { ShardIteratorType: 'TRIM_HORIZON' };
      let { ShardIterator } = await server.streams.send(
        new GetShardIteratorCommand({ StreamArn: streamArn, ShardId, ...start }));
      while (ShardIterator) {
        const page = await server.streams.send(new GetRecordsCommand({ ShardIterator }));
        for (const record of page.Records) this.tell(ShardId, record);
        ShardIterator = page.NextShardIterator;
        if (page.Records.length === 0 && isOpen(shard)) break;
      }
      if (!ShardIterator) this.end(ShardId);
    }
  }

  // Shards as they have been listed, perhaps before others that were told of.
  list(shards) {
    for (const shard of shards) {
      const { ShardId, ParentShardId, SequenceNumberRange: range } = shard;
      const before = this.#lineage.get(ShardId) ?? shard;
      const known = { ...shard, SequenceNumberRange: { ...before.SequenceNumberRange, ...range } };
      assert.deepEqual(
        { ...before, SequenceNumberRange: { ...range, ...before.SequenceNumberRange } }, known,
        'a shard only ever gains an end');
      this.#lineage.set(ShardId, known);
      if (!ParentShardId) continue;
      assert.ok(ParentShardId < ShardId, 'parents are listed before their children');
      // A parent that was listed while it was open has an end by now, which is not known here.
      const { EndingSequenceNumber: end } =
        this.#lineage.get(ParentShardId)?.SequenceNumberRange ?? {};
      assert.ok(!end || BigInt(end) < BigInt(range.StartingSequenceNumber),
        `${ShardId} begins after the end of ${ParentShardId}`);
    }
  }

  tell(shardId, record) {
    const { eventID, eventName, dynamodb: { Keys, OldImage, NewImage, SequenceNumber } } = record;
    const id = Keys.id.S;
    this.#checkPlace(shardId, SequenceNumber);
    assert.deepEqual(OldImage, this.table.get(id), `${SequenceNumber} goes on from the last image`);
    assert.equal(eventName, !OldImage ? 'INSERT' : NewImage ? 'MODIFY' : 'REMOVE');
    assert.ok(!this.#eventIds.has(eventID), `${eventID} is one record's`);
    this.#eventIds.set(eventID, SequenceNumber);

    const item = this.items.get(id) ?? { records: [], shard: shardId };
    this.items.set(id, item);
    const last = item.records.at(-1);
    assert.ok(!last || BigInt(last.number) < BigInt(SequenceNumber), `numbers of ${id} grow`);
    assert.ok(this.#descends(shardId, item.shard), `${id} moved from ${item.shard} to ${shardId}`);
    item.records.push({ number: SequenceNumber, image: NewImage });
    item.shard = shardId;
    if (NewImage) {
      this.table.set(id, NewImage);
    } else {
      this.table.delete(id);
    }
    if (NewImage?.poisoned) this.poisoned.add(SequenceNumber);
  }

  // Whether just this record has been told.
  has(shardId, { eventID, dynamodb: { SequenceNumber } }) {
    return this.#eventIds.get(eventID) === SequenceNumber &&
      this.shards.get(shardId).includes(SequenceNumber);
  }

  // The shard has been read to its end.
  end(shardId) {
    this.#ended.add(shardId);
    const { SequenceNumberRange: range } = this.#lineage.get(shardId);
    if (range.EndingSequenceNumber === undefined) return;  // It was closed since it was listed.
    assert.equal(this.shards.get(shardId)?.at(-1) ?? range.StartingSequenceNumber,
      range.EndingSequenceNumber, `${shardId} ends where it says`);
  }

  get count() {
    return [...this.shards.values()].reduce((sum, numbers) => sum + numbers.length, 0);
  }

  #checkPlace(shardId, number) {
    const numbers = this.shards.get(shardId) ?? [];
    this.shards.set(shardId, numbers);
    const { StartingSequenceNumber } = this.#lineage.get(shardId).SequenceNumberRange;
    assert.ok(BigInt(numbers.at(-1) ?? StartingSequenceNumber) < BigInt(number),
      `sequence numbers of ${shardId} grow`);
    numbers.push(number);
  }

  // Whether `shardId` is `ancestor` or comes of it.
  #descends(shardId, ancestor) {
    for (let at = shardId; at !== undefined; at = this.#lineage.get(at)?.ParentShardId) {
      if (at === ancestor) return true;
    }
    return false;
  }
}

// All shards of a stream, or the children of one, a page at a time.
export async function listShards(server, StreamArn, { parent, Limit } = {}) {
  const shards = [];
  const ShardFilter = parent && { Type: 'CHILD_SHARDS', ShardId: parent };
  let ExclusiveStartShardId;
  do {
    const { StreamDescription } = await server.streams.send(
      new DescribeStreamCommand({ StreamArn, Limit, ShardFilter, ExclusiveStartShardId }));
    shards.push(...StreamDescription.Shards);
    ExclusiveStartShardId = StreamDescription.LastEvaluatedShardId;
  } while (ExclusiveStartShardId);
  return shards;
}

export function isOpen({ SequenceNumberRange }) {
  return SequenceNumberRange.EndingSequenceNumber === undefined;
}

export function parentsFirst(shards) {
  const listed = new Map(shards.map((shard) => [shard.ShardId, shard]));
  const order = new Set();
  const add = (shard) => {
    const parent = listed.get(shard.ParentShardId);
    if (parent) add(parent);
    order.add(shard);
  };
  shards.forEach(add);
  return [...order];
}
