// How cases are run: beside each other, each ended as it should be, everything taken away after each.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { allCases, area, checked } from './framework/catalogue.mjs';
import { isWanted, readOptions } from './framework/options.mjs';
import { Failure, Unsupported } from './framework/refusal.mjs';
import { runCases } from './framework/runner.mjs';
import { undoAll } from './framework/suite.mjs';

const aCase = (name, run, more = {}) => ({
  id: `area.${name}`,
  title: name,
  section: '1',
  run,
  ...more,
});
const begin = () => ({ end: async () => {} });

test('a case that must fail fails, and takes no other with it', async () => {
  const cases = area('Area', [
    aCase('passes', async () => {}),
    aCase('fails', async () => {
      throw new Failure('no', 1, 2);
    }),
    aCase('breaks', async (t) => t.nothing.there),
    aCase('unsupported', async () => {
      throw new Unsupported('a call');
    }),
  ]);
  const results = await runCases(cases, { concurrency: 2, begin });
  assert.deepEqual(
    results.map(({ id, outcome }) => [id, outcome]),
    [
      ['area.passes', 'pass'],
      ['area.fails', 'fail'],
      ['area.breaks', 'fail'],
      ['area.unsupported', 'unsupported'],
    ],
  );
});

test('what a case made is taken away, also after a failure', async () => {
  let ended = 0;
  const cases = area('Area', [
    aCase('passes', async () => {}),
    aCase('fails', async () => {
      throw new Error('no');
    }),
    aCase('slow', async () => {}, { slow: true }),
  ]);
  await runCases(cases, {
    concurrency: 1,
    begin: () => ({
      end: async () => {
        ended += 1;
      },
    }),
  });
  assert.equal(ended, 3);
});

test('as many cases run at a time as asked for, and slow ones beside them', async () => {
  let now = 0;
  let most = 0;
  const run = async () => {
    most = Math.max(most, (now += 1));
    await new Promise(setImmediate);
    now -= 1;
  };
  const cases = Array.from({ length: 9 }, (_, at) => aCase(`c${at}`, run));
  await runCases(area('Area', cases), { concurrency: 3, begin });
  assert.equal(most, 3);
});

test('the last thing made is the first taken away; what is gone already is no trouble', async () => {
  const undone = [];
  await undoAll([
    async () => undone.push('first'),
    async () => {
      throw Object.assign(new Error('gone'), { name: 'ResourceNotFoundException' });
    },
    async () => undone.push('last'),
  ]);
  assert.deepEqual(undone, ['last', 'first']);
});

test('a case without a citation, or with the id of another, is refused', () => {
  const good = area('Area', [aCase('one', async () => {})]);
  assert.doesNotThrow(() => checked(good));
  assert.throws(() => checked([...good, ...good]), /two of this id/);
  assert.throws(
    () => checked(area('Area', [aCase('one', async () => {}, { section: '' })])),
    /cites no section/,
  );
  assert.throws(
    () => checked(area('Area', [aCase('one', async () => {}, { behaviour: 81 })])),
    /no behaviour 81/,
  );
  assert.throws(() => checked(area('Area', [aCase('one')])), /nothing to run/);
});

test('the catalogue is whole: enough cases, and all behaviours but those that cannot be asked', async () => {
  const cases = await allCases();
  assert.ok(cases.length >= 150, `${cases.length} cases`);
  const asked = new Set(cases.flatMap(({ behaviour }) => behaviour ?? []));
  const missing = Array.from({ length: 80 }, (_, at) => at + 1).filter(
    (number) => !asked.has(number),
  );
  assert.deepEqual(missing, [27], 'README.md says why');
});

test('options choose cases by area, by id and by its beginning', () => {
  const wanted = (args, aCase) =>
    isWanted(readOptions(['--endpoint', 'http://localhost', ...args], {}), aCase);
  const one = { id: 'fifo.order', area: 'FIFO queues' };
  assert.ok(wanted([], one));
  assert.ok(wanted(['--only', 'fifo queues'], one));
  assert.ok(wanted(['--only', 'api', '--only', 'fifo.'], one));
  assert.ok(!wanted(['--only', 'api'], one));
  assert.ok(!wanted(['--fast'], { ...one, slow: true }));
  assert.ok(!wanted(['--slow'], one));
});

test('options that make no sense are refused', () => {
  assert.throws(
    () => readOptions(['--endpoint', 'x', '--concurrency', 'many'], {}),
    /positive number/,
  );
  assert.throws(() => readOptions([], {}), /--role/);
  assert.throws(() => readOptions(['--unknown'], {}), /unknown/i);
  assert.equal(readOptions(['--role', 'arn'], { AWS_REGION: 'eu-west-1' }).region, 'eu-west-1');
  assert.equal(readOptions(['--role', 'arn'], {}).patience, 15);
});
