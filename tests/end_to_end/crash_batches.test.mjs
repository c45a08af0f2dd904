// The judge of the crash test must itself notice what it is there to notice.

import assert from 'node:assert/strict';

import { Batches } from './crash_batches.mjs';
import { test } from './server.mjs';

// One shard with records 0 to 9 of which 3 is poisoned; batches of four, two attempts.
const story = {
  shards: new Map([['shard', Array.from({ length: 10 }, (_, at) => String(at))]]),
  poisoned: new Set(['3']),
};
const failure = { DDBStreamBatchInfo: { batchSize: 1, startSequenceNumber: '3' } };

// 'a0-3' is a batch of the records 0 to 3, delivered by the server a.
function judge(history, { failures = [failure], atEnd = true } = {}) {
  const batches = new Batches({ batchSize: 4, attempts: 2 });
  batches.check(history.split(' ').map((text) => {
    const [, server, first, last = first] = text.match(/^(\w)(\d)(?:-(\d))?$/);
    const numbers = [];
    for (let at = Number(first); at <= Number(last); ++at) numbers.push(String(at));
    return { server, numbers, poisoned: numbers.includes('3') };
  }), story);
  if (atEnd) batches.checkEnd(story, failures);
  return batches;
}

test('the judge accepts a history without a restart', () => {
  judge('a0-3 a0-1 a2-3 a2 a3 a3 a4-7 a8-9');
});

test('the judge accepts what was in flight twice, after a restart', () => {
  assert.equal(judge('a0-3 b0-1 b2-3 b2 b3 b3 b4-7 b8-9').repeated, 0);
  assert.equal(judge('a0-3 b0-3 b0-1 b2-3 b2 b3 b3 b4-7 b8-9').repeated, 1);
  assert.equal(judge('a0-3 a0-1 b0-1 b2-3 b2 b3 b3 b4-7 b8-9').resumedBisects, 1);
  judge('a0-3 a0-1 a2-3 a2 a3 b3 b3 b4-7 b8-9');  // The first attempt was not counted.
  judge('a0-3 a0-1 a2-3 a2 a3 b3 b4-7 b8-9');     // It was.
});

test('the judge refuses what a mapping may not do', () => {
  for (const history of [
    'a0-2 a4-7',                         // A record is skipped.
    'a0-2 b4-7',
    'a0-3 a0-1 a0-1',                    // Twice without a restart.
    'a0-3 a0-1 b0-3',                    // A half-done bisect begins anew,
    'a0-3 a0-1 b2-5',                    // or is forgotten.
    'a0-3 a0-1 a2-3 a2 a3 a3 a3',        // One attempt too many.
    'a0-3 a0-1 a2-3 a2 a3 a4-7',         // One too few.
    'a0-4',                              // A batch too large.
  ]) {
    assert.throws(() => judge(history, { atEnd: false }), history);
  }
  const whole = 'a0-3 a0-1 a2-3 a2 a3 a3 a4-7 a8-9';
  assert.throws(() => judge(whole, { failures: [] }), 'nothing reported');
  assert.throws(() => judge('a0-3 a0-1 a2-3 a2 a3 a3 a4-7'), 'not all delivered');
});
