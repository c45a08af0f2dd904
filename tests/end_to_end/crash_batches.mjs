// What a mapping with bisect may deliver next, given what it has delivered: the judge of the crash
// test.
//
// Per shard it keeps the states that the mapping may be in. There is one, but after a restart: the
// outcome of the last batch may or may not have been recorded when the program died.

import assert from 'node:assert/strict';

export class Batches {
  repeated = 0;
  resumedBisects = 0;

  // `attempts`: how often a record that stands alone is tried before it goes to the queue.
  constructor({ batchSize, attempts }) {
    this.batchSize = batchSize;
    this.attempts = attempts;
    this.noted = 0;
    this.shards = new Map();
  }

  // Takes in the notes that are new since the last call.
  check(notes, story) {
    const places = new Map();
    for (const [shard, numbers] of story.shards) {
      numbers.forEach((number, at) => places.set(number, { shard, at }));
    }
    for (const note of notes.slice(this.noted)) {
      const { shard, at: first } = places.get(note.numbers[0]) ?? {};
      assert.ok(shard, `${note.numbers[0]} is in the stream`);
      note.numbers.forEach((number, offset) => assert.deepEqual(
        places.get(number), { shard, at: first + offset }, 'a batch has neighbouring records'));
      this.take(shard, note, first, first + note.numbers.length);
    }
    this.noted = notes.length;
  }

  take(shard, note, first, end) {
    const start = { done: 0, pieces: [] };
    const seen = this.shards.get(shard) ?? { states: [start], before: [start], server: note.server };
    const isRestarted = seen.server !== note.server;
    const allowed = isRestarted ? distinct([...seen.states, ...seen.before]) : seen.states;
    const states = allowed.filter((state) => this.mayDeliver(state, first, end));
    assert.ok(states.length > 0, `shard ${shard} delivered records ${first} to ${end - 1}, and ` +
      `${isRestarted ? 'after a restart ' : ''}was at one of ${JSON.stringify(allowed)}`);
    if (isRestarted) {
      if (!seen.states.some((state) => states.includes(state))) this.repeated += 1;
      if (states.some(({ pieces }) => pieces.length > 0)) this.resumedBisects += 1;
    }
    this.shards.set(shard, {
      states: distinct(states.map((state) => this.after(state, first, end, note.poisoned))),
      before: states,
      server: note.server,
    });
  }

  mayDeliver({ done, pieces }, first, end) {
    if (pieces.length > 0) return pieces[0].first === first && pieces[0].end === end;
    return first === done && end - first <= this.batchSize;
  }

  after({ pieces }, first, end, isRefused) {
    const rest = pieces.slice(1);
    if (!isRefused) return { done: end, pieces: rest };
    if (end - first > 1) {
      const middle = first + Math.floor((end - first) / 2);
      return {
        done: first,
        pieces: [{ first, end: middle, tried: 0 }, { first: middle, end, tried: 0 }, ...rest],
      };
    }
    const tried = (pieces[0]?.tried ?? 0) + 1;
    if (tried === this.attempts) return { done: end, pieces: rest };
    return { done: first, pieces: [{ first, end, tried }, ...rest] };
  }

  // With everything drained: every record is behind every shard's mapping, and the queue has just
  // the poisoned ones. A report may come twice when the program died right after sending it.
  checkEnd(story, failures) {
    for (const [shard, numbers] of story.shards) {
      if (numbers.length === 0) continue;
      assert.ok(
        this.shards.get(shard)?.states.some(({ done, pieces }) =>
          done === numbers.length && pieces.length === 0),
        `shard ${shard} of ${numbers.length} records ends at ` +
          JSON.stringify(this.shards.get(shard)?.states));
    }
    const reported = failures.map(({ DDBStreamBatchInfo: batch }) => {
      assert.equal(batch.batchSize, 1);
      return batch.startSequenceNumber;
    });
    assert.deepEqual([...new Set(reported)].sort(), [...story.poisoned].sort());
  }
}

function distinct(states) {
  return [...new Map(states.map((state) => [JSON.stringify(state), state])).values()];
}
