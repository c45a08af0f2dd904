// The arithmetic of the table, and what a reader is told of a failure.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isGood, report, table, tally } from './framework/report.mjs';

const result = (area, outcome, more = {}) => ({
  id: `${area}.${outcome}`,
  area,
  outcome,
  title: 'a title',
  section: '5.2',
  certainty: 'certain',
  milliseconds: 10,
  ...more,
});

const some = [
  result('one', 'pass'),
  result('one', 'pass'),
  result('one', 'fail', { reason: 'no', expected: [1], actual: [2], behaviour: [41] }),
  result('two', 'unsupported', { reason: 'CreateAlias: no' }),
  result('two', 'fail', { certainty: 'inferred', reason: 'neither' }),
];

test('every case is counted once, in its area and in the total', () => {
  const { rows, total } = tally(some);
  assert.deepEqual(rows, [
    { area: 'one', cases: 3, pass: 2, fail: 1, unsupported: 0, inferredFail: 0 },
    { area: 'two', cases: 2, pass: 0, fail: 1, unsupported: 1, inferredFail: 1 },
  ]);
  assert.deepEqual(total, {
    area: 'total',
    cases: 5,
    pass: 2,
    fail: 2,
    unsupported: 1,
    inferredFail: 1,
  });
});

test('the table has a line for each area, and says which failures are inferred', () => {
  const lines = table(some).split('\n');
  assert.match(lines[2], /^one +3 +2 +1 +0$/);
  assert.match(lines[3], /^two +2 +0 +1 +1  1 of 1 inferred$/);
  assert.match(lines.at(-1), /^total +5 +2 +2 +1  1 of 2 inferred$/);
});

test('a failure is told with what it cites, what was expected and what was found', () => {
  const text = report(some);
  assert.match(
    text,
    /one\.fail {2}a title\n {2}behaviour 41, section 5\.2\n {2}no\n {2}expected: \[ 1 \]\n {2}actual: {3}\[ 2 \]/,
  );
  assert.match(text, /two\.fail.*\n.*section 5\.2 {2}\[inferred\]/);
  assert.match(text, /Not supported by the endpoint:\n\ntwo\.unsupported {2}CreateAlias: no/);
  assert.match(text, /2 passed, 2 failed, 1 unsupported$/);
});

test('good is when something was asked and nothing failed', () => {
  assert.ok(isGood([result('one', 'pass'), result('one', 'unsupported')]));
  assert.ok(!isGood(some));
  assert.ok(!isGood([]));
});
