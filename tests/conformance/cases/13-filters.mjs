// FilterCriteria on streams: which records reach the function.

import { area } from '../framework/catalogue.mjs';

const criteria = (...patterns) => ({
  FilterCriteria: {
    Filters: patterns.map((pattern) => ({
      Pattern: typeof pattern === 'string' ? pattern : JSON.stringify(pattern),
    })),
  },
});
const image = (pattern) => ({ dynamodb: { NewImage: pattern } });

// Of these items, in this order, those named in `delivered` reach the function. Every case ends with an item
// that its patterns let through, so that waiting for it is waiting for all.
function filters(name, title, patterns, items, delivered, more = {}) {
  return {
    id: `filters.${name}`,
    section: '6.3, 6.5',
    title,
    ...more,
    async run(t) {
      const table = await t.table();
      for (const [id, attributes] of Object.entries(items)) await table.put(id, attributes);
      const mapping = await t.mapping(table, criteria(...patterns));
      const calls = await mapping.seen([delivered.at(-1)]);
      t.equal(
        calls.flatMap(({ ids }) => ids),
        delivered,
      );
    },
  };
}

const S = (text) => ({ S: text });
const inferred = { certainty: 'inferred' };

export default area('Filters', [
  {
    id: 'filters.event-name',
    behaviour: 73,
    section: '6.1, 6.5',
    title: '{"eventName":["INSERT"]} lets inserts through, changes and removals not',
    async run(t) {
      const table = await t.table();
      await table.put('a');
      await table.put('a', { n: S('changed') });
      await table.delete({ pk: S('p'), sk: S('a') });
      await table.put('b');
      const mapping = await t.mapping(table, criteria({ eventName: ['INSERT'] }));
      const calls = await mapping.seen(['b']);
      t.equal(
        calls.flatMap(({ event }) =>
          event.Records.map(({ eventName, dynamodb }) => `${eventName} ${dynamodb.Keys.sk.S}`),
        ),
        ['INSERT a', 'INSERT b'],
      );
    },
  },
  {
    id: 'filters.event-names',
    behaviour: [73, 76],
    section: '6.5',
    title: '{"eventName":["INSERT","MODIFY"]} lets both through',
    async run(t) {
      const table = await t.table();
      await table.put('a');
      await table.put('a', { n: S('changed') });
      await table.delete({ pk: S('p'), sk: S('a') });
      await table.put('b');
      const mapping = await t.mapping(
        table,
        criteria({ eventName: ['INSERT', 'MODIFY'], eventSource: ['aws:dynamodb'] }),
      );
      const calls = await mapping.seen(['b']);
      t.equal(
        calls.flatMap(({ event }) => event.Records.map(({ eventName }) => eventName)),
        ['INSERT', 'MODIFY', 'INSERT'],
      );
    },
  },
  filters(
    'value',
    'A value of an attribute',
    [image({ presentKey: { S: ['presentValue'] } })],
    {
      a: { presentKey: S('presentValue') },
      b: { presentKey: S('other') },
      c: {},
      d: { presentKey: S('presentValue') },
    },
    ['a', 'd'],
  ),
  filters(
    'keys',
    'A value of a key',
    [{ dynamodb: { Keys: { sk: { S: ['b', 'c'] } } } }],
    { a: {}, b: {}, c: {} },
    ['b', 'c'],
  ),
  filters(
    'no-type',
    'Without the type level nothing matches',
    [image({ k: ['v'] }), image({ end: { S: ['yes'] } })],
    { a: { k: S('v') }, b: { end: S('yes') } },
    ['b'],
    { behaviour: 74 },
  ),
  filters(
    'exists',
    'exists true on a value',
    [image({ presentKey: { S: [{ exists: true }] } })],
    { a: {}, b: { presentKey: S('x') } },
    ['b'],
  ),
  filters(
    'exists-object',
    'exists true on an attribute, which is an object: never',
    [image({ presentKey: [{ exists: true }] }), image({ end: { S: ['yes'] } })],
    { a: { presentKey: S('x') }, b: { end: S('yes') } },
    ['b'],
    { behaviour: 74 },
  ),
  filters(
    'exists-false-object',
    'exists false on an attribute: always, whether it is there or not',
    [image({ presentKey: [{ exists: false }] })],
    { a: { presentKey: S('x') }, b: {} },
    ['a', 'b'],
    { behaviour: 74 },
  ),
  filters(
    'exists-false',
    'exists false on a value',
    [image({ presentKey: { S: [{ exists: false }] } })],
    { a: { presentKey: S('x') }, b: {} },
    ['b'],
  ),
  filters(
    'numeric-string',
    'numeric does not match a number of an item, which is a string',
    [image({ numericFilter: { N: [{ numeric: ['>', 100] }, { 'anything-but': '101' }] } })],
    { a: { numericFilter: { N: '101' } }, b: { numericFilter: { N: '42' } } },
    ['b'],
    { behaviour: 75 },
  ),
  filters(
    'number-as-text',
    'A number of an item compares as text',
    [image({ n: { N: ['42'] } })],
    { a: { n: { N: '42.5' } }, b: { n: { N: '42' } } },
    ['b'],
    { behaviour: 75 },
  ),
  filters(
    'number-as-number',
    'A number in the pattern does not match it',
    [image({ n: { N: [42] } }), image({ end: { S: ['yes'] } })],
    { a: { n: { N: '42' } }, b: { end: S('yes') } },
    ['b'],
    { behaviour: 75 },
  ),
  filters(
    'time',
    'numeric matches ApproximateCreationDateTime',
    [{ dynamodb: { ApproximateCreationDateTime: [{ numeric: ['>', 0] }] } }],
    { a: {} },
    ['a'],
    { behaviour: 75 },
  ),
  filters(
    'time-not',
    'numeric on ApproximateCreationDateTime excludes, too',
    [
      { dynamodb: { ApproximateCreationDateTime: [{ numeric: ['<', 1000] }] } },
      image({ end: { S: ['yes'] } }),
    ],
    { a: {}, b: { end: S('yes') } },
    ['b'],
    { behaviour: 75 },
  ),
  filters(
    'prefix',
    'prefix',
    [image({ prefix: { S: [{ prefix: 'us-1' }] } })],
    { a: { prefix: S('other-suffix') }, b: { prefix: S('us-1-other-suffix') } },
    ['b'],
  ),
  filters(
    'suffix',
    'suffix',
    [image({ name: { S: [{ suffix: '.png' }] } })],
    { a: { name: S('a.PNG') }, b: { name: S('a.png') } },
    ['b'],
  ),
  filters(
    'ignore-case',
    'equals-ignore-case',
    [image({ name: { S: [{ 'equals-ignore-case': 'AbC' }] } })],
    { a: { name: S('abcd') }, b: { name: S('aBc') } },
    ['b'],
  ),
  filters(
    'anything-but',
    'anything-but; what is missing does not match',
    [image({ name: { S: [{ 'anything-but': ['x', 'y'] }] } })],
    { a: { name: S('x') }, b: { name: S('y') }, c: {}, d: { name: S('z') } },
    ['d'],
  ),
  filters(
    'empty-text',
    'The empty string',
    [image({ name: { S: [''] } })],
    { a: { name: S('x') }, b: {}, c: { name: S('') } },
    ['c'],
  ),
  filters(
    'boolean',
    'A BOOL is a boolean',
    [image({ flag: { BOOL: [true] } })],
    { a: { flag: { BOOL: false } }, b: { flag: S('true') }, c: { flag: { BOOL: true } } },
    ['c'],
  ),
  filters(
    'null',
    'A NULL is true',
    [image({ nothing: { NULL: [true] } })],
    { a: {}, b: { nothing: { NULL: true } } },
    ['b'],
  ),
  filters(
    'list',
    'A list matches with any of its elements',
    [image({ Organizations: { L: { S: ['x'] } } })],
    { a: { Organizations: { L: [S('y')] } }, b: { Organizations: { L: [S('y'), S('x')] } } },
    ['b'],
    { section: '6.5' },
  ),
  filters(
    'set',
    'A set matches with any of its values',
    [image({ tags: { SS: ['a'] } })],
    { a: { tags: { SS: ['b', 'c'] } }, b: { tags: { SS: ['a', 'b'] } } },
    ['b'],
    inferred,
  ),
  filters(
    'map',
    'A path into a map',
    [image({ m: { M: { inner: { S: ['x'] } } } })],
    { a: { m: { M: { inner: S('y') } } }, b: { m: { M: { inner: S('x') } } } },
    ['b'],
  ),
  filters(
    'values-or',
    'Values of a field are alternatives',
    [image({ k: { S: ['x', { prefix: 'y' }] } })],
    { a: { k: S('z') }, b: { k: S('yes') }, c: { k: S('x') } },
    ['b', 'c'],
    { behaviour: 76 },
  ),
  filters(
    'fields-and',
    'All fields of a pattern must match',
    [image({ k: { S: ['x'] }, l: { S: ['y'] } })],
    { a: { k: S('x') }, b: { l: S('y') }, c: { k: S('x'), l: S('y') } },
    ['c'],
    { behaviour: 76 },
  ),
  filters(
    'patterns-or',
    'A record passes if any pattern matches',
    [image({ k: { S: ['x'] } }), image({ l: { S: ['y'] } })],
    { a: {}, b: { l: S('y') }, c: { k: S('x') } },
    ['b', 'c'],
    { behaviour: 76 },
  ),
  filters(
    'dollar-or',
    '$or: one of its objects, and the siblings',
    [
      {
        eventName: ['INSERT'],
        $or: [image({ k: { S: ['x'] } }), image({ l: { S: ['y'] } })],
      },
    ],
    { a: {}, b: { l: S('y') }, c: { k: S('x') } },
    ['b', 'c'],
    { behaviour: 76, section: '6.2, 6.3' },
  ),
  filters(
    'old-image',
    'OldImage of inserts is missing: only exists false matches',
    [{ dynamodb: { OldImage: { k: { S: [{ exists: false }] } } } }],
    { a: {}, b: {} },
    ['a', 'b'],
  ),
  filters(
    'duplicate-keys',
    'Of duplicate keys in a pattern the last one counts',
    ['{"dynamodb":{"NewImage":{"k":{"S":["x"],"S":["y"]}}}}'],
    { a: { k: S('x') }, b: { k: S('y') } },
    ['b'],
    { section: '6.2' },
  ),
  filters(
    'dotted-path',
    'A dotted key is a path',
    ['{"dynamodb.NewImage.k.S":["x"]}'],
    { a: { k: S('y') }, b: { k: S('x') } },
    ['b'],
    { section: '6.2' },
  ),
  filters(
    'empty-pattern',
    'The pattern {} lets everything through',
    [{}],
    { a: {}, b: {} },
    ['a', 'b'],
    { section: '6.7', ...inferred },
  ),
  {
    id: 'filters.batch-size',
    section: '3.4, 6.1',
    title: 'Only what passes counts towards BatchSize',
    async run(t) {
      const table = await t.table();
      for (let number = 1; number <= 12; number += 1) {
        await table.put(String(number).padStart(2, '0'), { k: S(number % 3 === 0 ? 'x' : 'y') });
      }
      const mapping = await t.mapping(table, {
        ...criteria(image({ k: { S: ['x'] } })),
        BatchSize: 2,
      });
      t.equal(
        (await mapping.seen(['12'])).map(({ ids }) => ids),
        [
          ['03', '06'],
          ['09', '12'],
        ],
      );
    },
  },
  {
    id: 'filters.all-out',
    behaviour: 77,
    section: '6.1',
    title: 'All filtered out: no call, no report, and the checkpoint moves',
    async run(t) {
      const table = await t.table();
      const queue = await t.queue();
      await table.putAll(['a', 'b', 'c']);
      const mapping = await t.mapping(table, {
        ...criteria(image({ k: { S: ['x'] } })),
        MaximumRetryAttempts: 0,
        DestinationConfig: { OnFailure: { Destination: queue.arn } },
      });
      await mapping.enabled();
      await t.quiet(1);
      t.equal([await mapping.batches(), await queue.size()], [[], 0]);
      t.equal((await mapping.get()).LastProcessingResult, 'No records processed');
      // Without the filter, what it dropped stays dropped.
      await mapping.update({ FilterCriteria: {} });
      await mapping.enabled();
      await table.put('d');
      t.equal(
        (await mapping.seen(['d'])).map(({ ids }) => ids),
        [['d']],
      );
    },
  },
  {
    id: 'filters.updated',
    section: '1.4, 6.1',
    title: 'A filter given by an update counts for what follows',
    async run(t) {
      const table = await t.table();
      await table.put('a');
      const mapping = await t.mapping(table);
      await mapping.seen(['a']);
      await mapping.enabled();
      await mapping.update(criteria(image({ k: { S: ['x'] } })));
      await mapping.enabled();
      await t.quiet(0.5);
      await table.put('b');
      await table.put('c', { k: S('x') });
      t.equal(
        (await mapping.seen(['c'])).flatMap(({ ids }) => ids),
        ['a', 'c'],
      );
    },
  },
  {
    id: 'filters.two-mappings',
    section: '6.1',
    title: 'Each mapping of a stream has its own filter',
    async run(t) {
      const table = await t.table();
      for (const id of ['x1', 'y1', 'x2', 'y2']) await table.put(id, { k: S(id[0]) });
      const one = await t.mapping(table, criteria(image({ k: { S: ['x'] } })));
      const other = await t.mapping(table, {
        ...criteria(image({ k: { S: ['y'] } })),
        function: 'second',
      });
      t.equal(
        (await one.seen(['x2'])).flatMap(({ ids }) => ids),
        ['x1', 'x2'],
      );
      t.equal(
        (await other.seen(['y2'])).flatMap(({ ids }) => ids),
        ['y1', 'y2'],
      );
    },
  },
  {
    id: 'filters.window',
    section: '6.1',
    certainty: 'inferred',
    title: 'What is filtered out opens no batching window and fills no batch',
    async run(t) {
      const table = await t.table();
      for (const id of ['a', 'b', 'c']) await table.put(id);
      const mapping = await t.mapping(table, {
        ...criteria(image({ k: { S: ['x'] } })),
        MaximumBatchingWindowInSeconds: 1,
      });
      await mapping.enabled();
      await t.quiet(2);
      t.equal(await mapping.batches(), []);
    },
  },
]);
