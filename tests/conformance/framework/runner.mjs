// Runs cases beside each other and gathers how each ended.

import { verdict } from './refusal.mjs';

// `begin(aCase)` makes the `t` of a case; `t.end()` takes away what the case made. Cases that mostly wait
// for the clock all start at once, so that the run is hardly longer than the longest of them.
export async function runCases(cases, { concurrency, begin, onResult = () => {}, signal }) {
  const results = [];
  const one = async (aCase) => {
    const started = Date.now();
    const t = begin(aCase);
    let error;
    try {
      await aCase.run(t);
    } catch (thrown) {
      error = thrown;
    }
    const { id, area, title, behaviour, section, certainty } = aCase;
    const result = {
      id,
      area,
      title,
      behaviour,
      section,
      certainty,
      ...verdict(error),
      milliseconds: Date.now() - started,
    };
    if (!signal?.aborted) {
      results.push(result);
      onResult(result);
    }
    await t.end();
  };

  const waiting = cases.filter(({ slow }) => !slow);
  const worker = async () => {
    while (waiting.length > 0 && !signal?.aborted) await one(waiting.shift());
  };
  await Promise.all([
    ...cases.filter(({ slow }) => slow).map(one),
    ...Array.from({ length: Math.min(concurrency, waiting.length) }, worker),
  ]);
  const order = new Map(cases.map(({ id }, position) => [id, position]));
  return results.sort((one, other) => order.get(one.id) - order.get(other.id));
}
