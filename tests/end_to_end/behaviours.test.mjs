// Each of the 80 behaviours of event-source-mapping.md section 9 has a test that names its number:
// `[N]` in the name of a test here, `BehaviourN` in the name of one in C++
// or `Behaviours N, N` in the comment above it.

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const tests = fileURLToPath(new URL('..', import.meta.url));

// The files in a folder and below it, without what was installed there.
async function filesIn(folder) {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = await Promise.all(entries
    .filter(({ name }) => name !== 'node_modules')
    .map(async (entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? await filesIn(path) : [path];
    }));
  return found.flat();
}

async function numbersIn(path) {
  const isScript = path.endsWith('.test.mjs');
  const names = isScript ? /test\(\s*['"`][^'"`\n]*/g : /Behaviours? ?\d+(?:(?:, and |, | and |And)\d+)*/g;
  const numbers = isScript ? /(?<=\[)\d+(?=\])/g : /\d+/g;
  const text = await readFile(path, 'utf8');
  return [...text.matchAll(names)].flatMap(([name]) => [...name.matchAll(numbers)].map(Number));
}

test('every behaviour has a test with its number', async () => {
  const files = (await filesIn(tests)).filter((path) => /\.(test\.mjs|cc)$/.test(path));
  const named = new Set((await Promise.all(files.map(numbersIn))).flat());
  const missing = Array.from({ length: 80 }, (_, i) => i + 1).filter((number) => !named.has(number));
  assert.deepEqual(missing, []);
});
