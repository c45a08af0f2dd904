// What is a filter pattern, and what is none.

import { area } from '../framework/catalogue.mjs';

const criteria = (pattern) => ({ FilterCriteria: { Filters: [{ Pattern: pattern }] } });

const refused = (name, pattern, more = {}) => ({
  id: `filters.refused-${name}`,
  behaviour: 78,
  section: '6.7',
  title: `Refused as a pattern: ${pattern}`,
  ...more,
  async run(t) {
    await t.refused(
      t.mapping(await t.table(), criteria(pattern)),
      'InvalidParameterValueException',
      'Invalid filter pattern definition.',
      400,
    );
  },
});
const accepted = (name, pattern, more = {}) => ({
  id: `filters.accepted-${name}`,
  section: '6.2',
  title: `Accepted as a pattern: ${pattern}`,
  ...more,
  async run(t) {
    const { reply } = await t.mapping(await t.table(), { ...criteria(pattern), Enabled: false });
    t.equal(reply.FilterCriteria, { Filters: [{ Pattern: pattern }] });
  },
});
const inferred = { certainty: 'inferred' };
const leaf = (matcher) => JSON.stringify({ dynamodb: { NewImage: { k: { S: [matcher] } } } });

export default area('Filter patterns', [
  refused('text', 'single-string'),
  refused('broken', '[{"eventName": ["INSERT"=123}]'),
  refused('json-null', 'null'),
  refused('json-text', '"text"'),
  refused('json-number', '7'),
  refused('array', '[{"eventName":["INSERT"]}]'),
  refused('scalar-leaf', '{"eventSource":"aws:sqs"}'),
  refused('empty-array', '{"eventSource":[]}'),
  refused('unknown-operator', leaf({ contains: 'x' }), inferred),
  refused('operator-case', leaf({ EXISTS: true }), inferred),
  refused('two-operators', leaf({ prefix: 'x', suffix: 'y' }), inferred),
  refused('numeric-text', leaf({ numeric: '>' }), inferred),
  refused('numeric-order', leaf({ numeric: ['>', 0, '>', 0] }), inferred),
  refused('prefix-number', leaf({ prefix: 1 }), inferred),
  refused('anything-but-null', leaf({ 'anything-but': null }), inferred),
  refused('anything-but-mixed', leaf({ 'anything-but': ['a', 1] }), inferred),
  refused('exists-text', leaf({ exists: 'true' }), inferred),
  refused('or-of-one', '{"$or":[{"eventName":["INSERT"]}]}', inferred),
  {
    id: 'filters.refused-update',
    behaviour: 78,
    section: '6.7',
    title: 'Update refuses the same patterns',
    async run(t) {
      const mapping = await t.mapping(await t.table(), { Enabled: false });
      await mapping.is('Disabled');
      await t.refused(
        mapping.update(criteria('{"eventSource":[]}')),
        'InvalidParameterValueException',
        'Invalid filter pattern definition.',
        400,
      );
    },
  },
  accepted('wildcard', leaf({ wildcard: 'a*c' }), inferred),
  accepted('cidr', leaf({ cidr: '10.0.0.0/24' }), inferred),
  accepted('nested-anything-but', leaf({ 'anything-but': { prefix: 'x' } }), inferred),
  accepted('null-in-leaf', '{"eventName":[null, true, 1, "x"]}'),
]);
