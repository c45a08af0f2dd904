// A reader of streams of the shape of a Kinesis Client Library worker, through the public API only.
//
// Workers share the leases of a stream's shards. Who holds a lease reads the shard to its end and
// notes now and then how far it is; then the shard's children can be leased. When a worker dies its
// leases are free again, and others go on from the checkpoints.

import {
  ExpiredIteratorException, GetRecordsCommand, GetShardIteratorCommand, ResourceNotFoundException,
  TrimmedDataAccessException,
} from '@aws-sdk/client-dynamodb-streams';
import { setTimeout as pause } from 'node:timers/promises';

import { below } from './seeded.mjs';
import { listShards } from './story.mjs';

export class Leases {
  #leases = new Map();  // Shard id -> { shardId, parent, checkpoint?, owner?, isEnded }

  add({ ShardId, ParentShardId }) {
    if (this.#leases.has(ShardId)) return;
    this.#leases.set(ShardId, { shardId: ShardId, parent: ParentShardId, isEnded: false });
  }

  // One that is free, if there is one: its shard's parent has been read to its end, or is gone.
  take(owner) {
    const isFree = ({ parent, ...lease }) => !lease.isEnded && !lease.owner &&
      (this.#leases.get(parent)?.isEnded ?? true);
    const lease = [...this.#leases.values()].find(isFree);
    if (lease) lease.owner = owner;
    return lease;
  }

  release(owner) {
    for (const lease of this.#leases.values()) {
      if (lease.owner === owner) delete lease.owner;
    }
  }

  get areAllEnded() {
    return this.#leases.size > 0 && [...this.#leases.values()].every(({ isEnded }) => isEnded);
  }
}

export class Died extends Error {}

export class ShardWorker {
  counts = { expired: 0, trimmed: 0, vanished: 0, refused: 0 };
  #iterators = new Map();  // Shard id -> where to read on.
  #isStopping = false;

  // `server` gives the server as it is now. `told` takes each shard as it is listed, each record, and
  // each end: { list(shards), tell(shardId, record), end(shardId) }. `mayDie` is asked after each page
  // of records, before the checkpoint.
  constructor({ server, streamArn, leases, told, random, mayDie = () => false }) {
    Object.assign(this, { server, streamArn, leases, told, random, mayDie });
  }

  // Until every shard has been read to its end: the stream is disabled, and all of it is told.
  // Throws `Died` when it dies.
  async run() {
    const held = new Set();
    try {
      await this.#withServer((server) => this.#sync(server));
      while (!this.leases.areAllEnded && !this.#isStopping) {
        const lease = this.leases.take(this);
        if (lease) held.add(lease);
        let records = 0;
        for (const each of held) {
          records += await this.#withServer((server) => this.#turn(server, each));
          if (each.isEnded) held.delete(each);
        }
        if (records === 0) await pause(5);  // Nobody tells a reader that there is more.
      }
    } finally {
      this.leases.release(this);
    }
  }

  stop() {
    this.#isStopping = true;
  }

  // While the server is away it is asked again; whatever iterators there are stay as they are.
  async #withServer(action) {
    for (const deadline = Date.now() + 20_000;;) {
      try {
        return await action(this.server());
      } catch (error) {
        if (!isGone(error) || this.#isStopping || Date.now() > deadline) throw error;
        this.counts.refused += 1;
        await pause(20);
      }
    }
  }

  async #sync(server) {
    const shards = await listShards(server, this.streamArn, { Limit: 1 + below(this.random, 5) });
    this.told.list(shards);
    shards.forEach((shard) => this.leases.add(shard));
  }

  // One page of a shard: how many records it had.
  async #turn(server, lease) {
    try {
      const iterator = this.#iterators.get(lease) ?? await this.#iterator(server, lease);
      this.#iterators.set(lease, iterator);
      const Limit = 1 + below(this.random, 40);
      const { Records, NextShardIterator } =
        await server.streams.send(new GetRecordsCommand({ ShardIterator: iterator, Limit }));
      for (const record of Records) await this.told.tell(lease.shardId, record);
      if (Records.length > 0 && this.mayDie()) throw new Died();
      if (Records.length > 0) lease.checkpoint = Records.at(-1).dynamodb.SequenceNumber;
      this.#iterators.set(lease, NextShardIterator);
      if (!NextShardIterator) await this.#end(server, lease);
      return Records.length;
    } catch (error) {
      await this.#onError(server, lease, error);
      return 0;
    }
  }

  async #iterator(server, { shardId, checkpoint }) {
    const start = checkpoint
      ? { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: checkpoint }
      : { ShardIteratorType: 'TRIM_HORIZON' };
    const { ShardIterator } = await server.streams.send(
      new GetShardIteratorCommand({ StreamArn: this.streamArn, ShardId: shardId, ...start }));
    return ShardIterator;
  }

  // The shard has been read to its end: its children are next.
  async #end(server, lease) {
    const children =
      await listShards(server, this.streamArn, { parent: lease.shardId, Limit: 1 });
    this.told.list(children);
    this.told.end(lease.shardId);
    children.forEach((shard) => this.leases.add(shard));
    lease.isEnded = true;
  }

  async #onError(server, lease, error) {
    this.#iterators.delete(lease);
    if (error instanceof ExpiredIteratorException) {
      this.counts.expired += 1;
    } else if (error instanceof TrimmedDataAccessException) {
      this.counts.trimmed += 1;
      delete lease.checkpoint;  // On from the oldest that is left.
    } else if (error instanceof ResourceNotFoundException) {
      this.counts.vanished += 1;
      await this.#sync(server);
      lease.isEnded = true;
    } else {
      throw error;
    }
  }
}

// No answer, because nobody was there to give one.
function isGone(error) {
  return ['ECONNREFUSED', 'ECONNRESET', 'EPIPE'].includes(error.code ?? error.cause?.code) ||
    error.message === 'socket hang up';
}
