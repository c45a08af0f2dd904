#!/usr/bin/env node
// Asks an endpoint how its event source mappings behave. See README.md.

import { writeFile } from 'node:fs/promises';

import { allCases } from './framework/catalogue.mjs';
import { isWanted, readOptions, usage } from './framework/options.mjs';
import { isGood, report, tally } from './framework/report.mjs';
import { runCases } from './framework/runner.mjs';
import { Suite } from './framework/suite.mjs';
import { Trial } from './framework/trial.mjs';

async function main() {
  let options;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${error.message}\n\n${usage}`);
    return 2;
  }
  if (options.help) {
    console.log(usage);
    return 0;
  }
  const cases = (await allCases()).filter((each) => isWanted(options, each));
  if (cases.length === 0) {
    console.error(`no case is ${options.only.join(' or ')}`);
    return 2;
  }
  if (options.list) {
    for (const { id, behaviour, section, certainty, title } of cases) {
      const numbers = [behaviour ?? []].flat().join(',');
      console.log(
        [id.padEnd(40), numbers.padEnd(8), section.padEnd(12), certainty.padEnd(8), title].join(
          ' ',
        ),
      );
    }
    return 0;
  }

  const suite = new Suite(options);
  const interrupted = new Promise((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'])
      process.once(name, () => {
        suite.abort();
        resolve();
      });
  });
  const started = Date.now();
  let done = 0;
  const running = runCases(cases, {
    concurrency: options.concurrency,
    signal: suite.signal,
    begin: (each) => new Trial(suite, each),
    onResult: ({ id, outcome, milliseconds }) => {
      done += 1;
      if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${done} of ${cases.length}  ${id}`);
      else if (outcome !== 'pass') console.error(`${outcome} ${id} (${milliseconds} ms)`);
    },
  });
  interrupted.then(() => console.error('\ninterrupted; taking away what was made'));
  const results = await running;
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  await suite.end();
  if (suite.signal.aborted) return 130;

  const seconds = Math.round((Date.now() - started) / 1000);
  console.log(report(results));
  console.log(`in ${seconds} s, against ${options.endpoint ?? `AWS in ${options.region}`}`);
  if (options.json) {
    const { rows, total } = tally(results);
    await writeFile(
      options.json,
      `${JSON.stringify(
        {
          endpoint: options.endpoint ?? null,
          region: options.region,
          seconds,
          total,
          areas: rows,
          cases: results,
        },
        null,
        2,
      )}\n`,
    );
  }
  return isGood(results) ? 0 : 1;
}

process.exitCode = await main();
// Connections that are kept open are no reason to stay.
process.exit();
