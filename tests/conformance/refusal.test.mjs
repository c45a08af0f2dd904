// A case that must fail fails, one that cannot be asked is told apart, and the rest passes.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Failure, isUnsupported, Unsupported, verdict } from './framework/refusal.mjs';

const refusal = (name, message, httpStatusCode = 400) =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });

test('an endpoint that names what it does not have is told apart from one that refuses', () => {
  for (const unsupported of [
    refusal('UnknownOperationException', ''),
    refusal('NotImplemented', 'no'),
    refusal('InternalFailure', "API action 'PutFunctionConcurrency' not yet implemented", 501),
    refusal('InvalidParameterValueException', 'Tags is not supported by this version of Something'),
    refusal('ServiceException', 'Function versions are not implemented.'),
  ])
    assert.ok(isUnsupported(unsupported), unsupported.message);

  for (const refused of [
    refusal('InvalidParameterValueException', 'Unsupported starting position for arn type: arn'),
    refusal(
      'InvalidParameterValueException',
      'Unsupported DestinationConfig parameter for given event source mapping type.',
    ),
    refusal('ResourceNotFoundException', 'The resource you requested does not exist.', 404),
    refusal(
      'InvalidParameterValueException',
      'FIFO queues are not supported as OnFailure destination: arn',
    ),
  ])
    assert.ok(!isUnsupported(refused), refused.message);
});

test('the verdict on a case', () => {
  assert.deepEqual(verdict(undefined), { outcome: 'pass' });
  assert.deepEqual(verdict(new Unsupported('CreateAlias: no')), {
    outcome: 'unsupported',
    reason: 'CreateAlias: no',
  });
  assert.deepEqual(verdict(new Failure('it is accepted', 'a refusal', { State: 'Creating' })), {
    outcome: 'fail',
    reason: 'it is accepted',
    expected: 'a refusal',
    actual: { State: 'Creating' },
  });
  assert.deepEqual(verdict(refusal('ResourceConflictException', 'there is one')), {
    outcome: 'fail',
    reason: 'ResourceConflictException: there is one',
  });
  const { outcome, expected, actual } = verdict(thrownBy(() => assert.deepStrictEqual([1], [2])));
  assert.deepEqual({ outcome, expected, actual }, { outcome: 'fail', expected: [2], actual: [1] });
});

function thrownBy(body) {
  try {
    body();
  } catch (error) {
    return error;
  }
  throw new Error('nothing is thrown');
}
