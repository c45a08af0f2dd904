// The table that a run ends with, and the list of what failed.

import { inspect } from 'node:util';

export function tally(results) {
  const areas = new Map();
  for (const { area, outcome, certainty } of results) {
    if (!areas.has(area))
      areas.set(area, { area, cases: 0, pass: 0, fail: 0, unsupported: 0, inferredFail: 0 });
    const row = areas.get(area);
    row.cases += 1;
    row[outcome] += 1;
    if (outcome === 'fail' && certainty === 'inferred') row.inferredFail += 1;
  }
  const rows = [...areas.values()];
  const total = { area: 'total', cases: 0, pass: 0, fail: 0, unsupported: 0, inferredFail: 0 };
  for (const row of rows) {
    for (const key of Object.keys(total)) if (key !== 'area') total[key] += row[key];
  }
  return { rows, total };
}

// Nothing failed, and something was asked.
export function isGood(results) {
  return results.length > 0 && results.every(({ outcome }) => outcome !== 'fail');
}

export function table(results) {
  const { rows, total } = tally(results);
  const width = Math.max(5, ...rows.map(({ area }) => area.length));
  const line = ({ area, cases, pass, fail, unsupported, inferredFail }) => {
    const inferred = inferredFail > 0 ? `  ${inferredFail} of ${fail} inferred` : '';
    return `${area.padEnd(width)} ${[cases, pass, fail, unsupported].map((n) => String(n).padStart(13)).join('')}${inferred}`;
  };
  const rule = '-'.repeat(width + 53);
  return [
    `${''.padEnd(width)} ${['cases', 'pass', 'fail', 'unsupported'].map((name) => name.padStart(13)).join('')}`,
    rule,
    ...rows.map(line),
    rule,
    line(total),
  ].join('\n');
}

const shown = (value) =>
  typeof value === 'string' ? value : inspect(value, { depth: 6, breakLength: 110 });

export function failureText({
  id,
  title,
  behaviour,
  section,
  certainty,
  reason,
  expected,
  actual,
}) {
  const from = [behaviour && `behaviour ${[behaviour].flat().join(', ')}`, `section ${section}`]
    .filter(Boolean)
    .join(', ');
  const lines = [
    `${id}  ${title}`,
    `  ${from}${certainty === 'inferred' ? '  [inferred]' : ''}`,
    `  ${reason}`,
  ];
  if (expected !== undefined)
    lines.push(
      `  expected: ${indented(shown(expected))}`,
      `  actual:   ${indented(shown(actual))}`,
    );
  return lines.join('\n');
}

const indented = (text) => text.replaceAll('\n', '\n            ');

function slowest(results) {
  return [...results]
    .sort((one, other) => other.milliseconds - one.milliseconds)
    .slice(0, 5)
    .map(({ id, milliseconds }) => `${id} ${(milliseconds / 1000).toFixed(1)} s`)
    .join(', ');
}

export function report(results) {
  const parts = [];
  const failed = results.filter(({ outcome }) => outcome === 'fail');
  if (failed.length > 0) parts.push('Failed:', ...failed.map(failureText));
  const unsupported = results.filter(({ outcome }) => outcome === 'unsupported');
  if (unsupported.length > 0) {
    parts.push(
      'Not supported by the endpoint:',
      unsupported.map(({ id, reason }) => `${id}  ${reason}`).join('\n'),
    );
  }
  parts.push(table(results));
  const { total } = tally(results);
  parts.push(
    `The slowest: ${slowest(results)}`,
    `${total.pass} passed, ${total.fail} failed, ${total.unsupported} unsupported`,
  );
  return parts.join('\n\n');
}
