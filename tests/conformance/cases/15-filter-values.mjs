// The truth table of filter matchers. The bodies of messages hold any JSON, so queues are asked.

import { area } from '../framework/catalogue.mjs';

// Of these values of `body.value`, those at the positions `matching` pass. Queues keep no order, so what
// does not pass is known by its never coming: filtered messages are deleted from the queue.
function row(name, matchers, values, matching, more = {}) {
  return {
    id: `filter-values.${name}`,
    section: '6.4',
    title: `${JSON.stringify(matchers)} on ${values.map(shown).join(', ')}`,
    ...more,
    async run(t) {
      const queue = await t.queue();
      for (const [at, value] of values.entries()) {
        await queue.send(
          value === missing ? `{"id":"${at}"}` : `{"id":"${at}","value":${shown(value)}}`,
        );
      }
      const mapping = await t.mapping(queue, {
        FilterCriteria: { Filters: [{ Pattern: JSON.stringify({ body: { value: matchers } }) }] },
      });
      const ids = matching.map(String);
      await mapping.seen(ids);
      await t.eventually(async () => (await queue.size()) === 0, { what: 'the queue is empty' });
      t.equal((await mapping.batches()).flat().sort(), ids);
    },
  };
}
const missing = Symbol('missing');
// A value written as it is, where JSON.stringify would write it otherwise.
const raw = (text) => ({ raw: text });
const shown = (value) => (value === missing ? 'nothing' : (value?.raw ?? JSON.stringify(value)));
const inferred = { certainty: 'inferred' };

const bodies = [
  [
    'plain-plain',
    'Plain text matches a pattern of plain text',
    ['text', 'other'],
    { body: ['text'] },
    ['text'],
  ],
  [
    'plain-none',
    'Plain text passes a pattern without body',
    ['text'],
    { eventSource: ['aws:sqs'] },
    ['text'],
  ],
  [
    'plain-json',
    'Plain text is dropped by a pattern of JSON',
    ['text', '{"id":"b","k":"x"}'],
    { body: { k: ['x'] } },
    ['b'],
  ],
  [
    'json-plain',
    'JSON is dropped by a pattern of plain text',
    ['{"id":"a"}', 'text'],
    { body: ['text'] },
    ['text'],
  ],
  [
    'json-none',
    'JSON passes a pattern without body',
    ['{"id":"a"}'],
    { eventSource: ['aws:sqs'] },
    ['a'],
  ],
  [
    'json-number',
    'A number in the body is a number',
    ['{"id":"a","n":100}', '{"id":"b","n":101}'],
    { body: { n: [{ numeric: ['>', 100] }] } },
    ['b'],
  ],
].map(([name, title, messages, pattern, delivered]) => ({
  id: `filter-values.body-${name}`,
  section: '6.6',
  title,
  async run(t) {
    const queue = await t.queue();
    for (const message of messages) await queue.send(message);
    const mapping = await t.mapping(queue, {
      FilterCriteria: { Filters: [{ Pattern: JSON.stringify(pattern) }] },
    });
    await mapping.seen(delivered);
    await t.eventually(async () => (await queue.size()) === 0, { what: 'the queue is empty' });
    t.equal((await mapping.batches()).flat().sort(), delivered);
  },
}));

export default area('Filter values', [
  row('string', ['a'], ['a', ['x', 'a'], 'b', missing], [0, 1]),
  row('empty-string', [''], ['', null, missing, 'x'], [0]),
  row('null', [null], [null, 'null', '', missing, []], [0]),
  row('true', [true], [true, 'true', false], [0]),
  row('number', [300], [300, raw('300.0'), 301], [0, 1]),
  row('number-is-no-text', [300], [300, '300'], [0], inferred),
  row('text-is-no-number', ['300'], ['300', 300], [0], inferred),
  row(
    'numeric-equal',
    [{ numeric: ['=', 300] }],
    [300, raw('300.0'), raw('3.0e2'), 299],
    [0, 1, 2],
    inferred,
  ),
  row('numeric-greater', [{ numeric: ['>', 100] }], [raw('101.0'), '300', null, missing, 100], [0]),
  row('numeric-range', [{ numeric: ['>=', 100, '<', 200] }], [100, 199, 200, 99], [0, 1]),
  row('exists', [{ exists: true }], ['x', 0, missing, [], { a: 1 }], [0, 1]),
  row('exists-null', [{ exists: true }], [null, '', missing], [0, 1], inferred),
  row('exists-false', [{ exists: false }], [missing, { a: 1 }, 'x'], [0, 1]),
  row('exists-false-null', [{ exists: false }], [missing, null], [0], inferred),
  row('anything-but', [{ 'anything-but': 'a' }], ['b', null, 'a', missing], [0, 1]),
  row('anything-but-other-type', [{ 'anything-but': 'a' }], [5, 'a'], [0], inferred),
  row('anything-but-list', [{ 'anything-but': ['a', 'b'] }], ['c', 'b', 'a'], [0]),
  row('anything-but-numbers', [{ 'anything-but': [1, 2] }], [3, 1, 2], [0], inferred),
  row('anything-but-prefix', [{ 'anything-but': { prefix: 'x' } }], ['a', 7, 'xa'], [0, 1]),
  row('empty-prefix', [{ prefix: '' }], ['x', ''], [0, 1]),
  row('empty-suffix', [{ suffix: '' }], ['x', ''], [0, 1]),
  row('prefix', [{ prefix: 'us-1' }], ['us-1-x', 'x'], [0]),
  row('prefix-of-number', [{ prefix: '1' }], ['12', 12], [0], inferred),
  row('suffix', [{ suffix: '.png' }], ['a.png', 'a.PNG'], [0]),
  row('ignore-case', [{ 'equals-ignore-case': 'AbC' }], ['abc', 'ABC', 'abd'], [0, 1]),
  row('ignore-case-empty', [{ 'equals-ignore-case': '' }], ['', 'x'], [0]),
  row('missing-or', [{ 'anything-but': ['r'] }, { exists: false }], [missing, 'x', 'r'], [0, 1]),
  row('wildcard', [{ wildcard: 'a*c' }], ['abc', 'ac', 'ab'], [0, 1], inferred),
  ...bodies,
]);
