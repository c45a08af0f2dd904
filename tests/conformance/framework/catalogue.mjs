// All cases, checked for what every case must have.

import { readdir } from 'node:fs/promises';

const folder = new URL('../cases/', import.meta.url);

// A file of cases is an area: its title, and the cases with what they have in common left out.
export function area(title, cases) {
  return cases.map((each) => ({ area: title, certainty: 'certain', slow: false, ...each }));
}

export function checked(cases) {
  const ids = new Set();
  for (const { id, title, section, behaviour, certainty, run } of cases) {
    const wrong = (what) => {
      throw new TypeError(`case '${id}': ${what}`);
    };
    if (!/^[a-z0-9]+(-[a-z0-9]+)*\.[a-z0-9]+(-[a-z0-9]+)*$/.test(id ?? ''))
      wrong('its id is not area.name');
    if (ids.has(id)) wrong('there are two of this id');
    ids.add(id);
    if (!title || !section) wrong('it has no title, or cites no section');
    for (const number of [behaviour ?? []].flat()) {
      if (!(Number.isInteger(number) && number >= 1 && number <= 80))
        wrong(`there is no behaviour ${number}`);
    }
    if (!['certain', 'inferred'].includes(certainty)) wrong('certainty is certain or inferred');
    if (typeof run !== 'function') wrong('it has nothing to run');
  }
  return cases;
}

export async function allCases() {
  const cases = [];
  for (const file of (await readdir(folder)).sort()) {
    if (!file.endsWith('.mjs')) continue;
    const { default: some } = await import(new URL(file, folder));
    cases.push(...some);
  }
  return checked(cases);
}
