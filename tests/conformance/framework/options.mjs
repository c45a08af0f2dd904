// What the command line says, and what follows from it.

import { parseArgs } from 'node:util';

export const usage = `usage: node run.mjs [options]

  --endpoint URL          what to ask, for all services; without it, AWS itself
  --region REGION         (AWS_REGION, or us-east-1)
  --account ID            for the execution role when none is given (000000000000)
  --role ARN              execution role of the functions
  --runtime ID            of the functions (nodejs20.x)
  --python-runtime ID     of the one that must see 1.0 and 1 differ (python3.12)
  --handler-endpoint URL  how functions reach the endpoint, where AWS_ENDPOINT_URL is not set for them
  --only AREA|CASE        these cases only: an area, a case, or the beginning of one; may be repeated
  --fast                  without the cases that take a minute or more
  --slow                  only the cases that take a minute or more
  --concurrency N         cases at a time (24)
  --patience X            how much longer than on a local endpoint to wait (1; for AWS 15)
  --json FILE             writes the results to FILE as well
  --keep                  does not take away what the cases made
  --list                  lists the cases and asks nothing
  --help                  prints this`;

const flags = {
  endpoint: { type: 'string' },
  region: { type: 'string' },
  account: { type: 'string', default: '000000000000' },
  role: { type: 'string' },
  runtime: { type: 'string', default: 'nodejs20.x' },
  'python-runtime': { type: 'string', default: 'python3.12' },
  'handler-endpoint': { type: 'string' },
  only: { type: 'string', multiple: true, default: [] },
  fast: { type: 'boolean', default: false },
  slow: { type: 'boolean', default: false },
  concurrency: { type: 'string', default: '24' },
  patience: { type: 'string' },
  json: { type: 'string' },
  keep: { type: 'boolean', default: false },
  list: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
};

export function readOptions(args, environment = process.env) {
  const { values } = parseArgs({ args, options: flags });
  const region =
    values.region ?? environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION ?? 'us-east-1';
  const options = {
    endpoint: values.endpoint,
    region,
    role: values.role ?? `arn:aws:iam::${values.account}:role/conformance`,
    runtime: values.runtime,
    pythonRuntime: values['python-runtime'],
    handlerEndpoint: values['handler-endpoint'],
    only: values.only,
    fast: values.fast,
    slow: values.slow,
    concurrency: positive('concurrency', values.concurrency),
    patience: positive('patience', values.patience ?? (values.endpoint ? '1' : '15')),
    json: values.json,
    keep: values.keep,
    list: values.list,
    help: values.help,
  };
  if (options.fast && options.slow) throw new TypeError('--fast and --slow leave no case');
  if (!options.endpoint && !values.role && !options.list && !options.help) {
    throw new TypeError('AWS itself needs --role: the execution role of the functions');
  }
  return options;
}

function positive(name, text) {
  const number = Number(text);
  if (!(number > 0)) throw new TypeError(`--${name} is a positive number, not '${text}'`);
  return number;
}

// Whether the options ask for this case.
export function isWanted(options, { id, area, slow = false }) {
  if (options.fast && slow) return false;
  if (options.slow && !slow) return false;
  if (options.only.length === 0) return true;
  return options.only.some(
    (wanted) => area.toLowerCase() === wanted.toLowerCase() || id.startsWith(wanted),
  );
}
