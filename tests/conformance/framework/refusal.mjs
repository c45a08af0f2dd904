// Ways for a case to end, other than by passing.

import { AssertionError } from 'node:assert';

// The endpoint does not have what the case needs, and says so.
export class Unsupported extends Error {}

// A call was answered otherwise than it should be.
export class Failure extends AssertionError {
  constructor(message, expected, actual) {
    super({ message, expected, actual });
  }
}

const names = [
  'NotImplemented',
  'NotImplementedException',
  'UnknownOperation',
  'UnknownOperationException',
  'UnsupportedOperation',
  'UnsupportedOperationException',
  'InvalidAction',
];
const texts = [
  /\bnot (yet |been |currently )*implemented\b/i,
  /\bis not (yet |currently )?supported (by|in|on) this\b/i,
  /\bunknown operation\b/i,
];

// An endpoint refuses by name what it does not have: a call, or a member of one. Refusals that AWS itself
// has ("Unsupported starting position ...") are none of these.
export function isUnsupported(error) {
  return (
    names.includes(error.name) ||
    error.$metadata?.httpStatusCode === 501 ||
    texts.some((text) => text.test(error.message ?? ''))
  );
}

// The outcome of a case that ended with `error`, or without one.
export function verdict(error) {
  if (!error) return { outcome: 'pass' };
  if (error instanceof Unsupported) return { outcome: 'unsupported', reason: error.message };
  const compared = error instanceof AssertionError && error.expected !== undefined;
  return {
    outcome: 'fail',
    reason:
      error instanceof AssertionError
        ? firstLine(error.message)
        : `${error.name}: ${error.message}`,
    ...(compared && { expected: error.expected, actual: error.actual }),
  };
}

const firstLine = (text) => text.split('\n')[0];
