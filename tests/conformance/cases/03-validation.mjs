// What is refused, with the service's own words, and what is looked at first.

import { area } from '../framework/catalogue.mjs';

const invalid = 'InvalidParameterValueException';
const validation = 'ValidationException';
const missingFunction = 'conformance-no-such-function';
const detected = (value, path, constraint) =>
  `1 validation error detected: Value '${value}' at '${path}' failed to satisfy constraint: ${constraint}`;

// Create on a stream with these members is refused.
function refusedOnStream(name, title, members, error, message, more = {}) {
  return {
    id: `validation.${name}`,
    section: '1.7',
    title,
    ...more,
    async run(t) {
      const table = await t.table();
      const all = typeof members === 'function' ? await members(t, table) : members;
      await t.refused(
        t.mapping(table, all),
        error,
        typeof message === 'function' ? message(table, all) : message,
        400,
      );
    },
  };
}

function refusedOnQueue(name, title, members, error, message, more = {}) {
  return {
    id: `validation.${name}`,
    section: '1.7',
    title,
    ...more,
    async run(t) {
      await t.refused(t.mapping(await t.queue(), members), error, message, 400);
    },
  };
}

// Just inside is accepted, just outside is refused by the model's constraint.
const inferred = { certainty: 'inferred', section: '1.3, 1.7' };
const ranges = [
  ['BatchSize', 'batchSize', 1, 10_000],
  ['MaximumBatchingWindowInSeconds', 'maximumBatchingWindowInSeconds', 0, 300],
  ['MaximumRetryAttempts', 'maximumRetryAttempts', -1, 10_000],
  ['MaximumRecordAgeInSeconds', 'maximumRecordAgeInSeconds', -1, 604_800],
  ['ParallelizationFactor', 'parallelizationFactor', 1, 10],
  ['TumblingWindowInSeconds', 'tumblingWindowInSeconds', 0, 900],
].flatMap(([member, path, min, max]) => [
  {
    id: `validation.range-${path.toLowerCase()}-inside`,
    section: '1.3',
    title: `${member} ${min} and ${max} are accepted`,
    async run(t) {
      const table = await t.table();
      for (const [value, name] of [
        [min, 'main'],
        [max, 'second'],
      ]) {
        const { reply } = await t.mapping(table, {
          [member]: value,
          Enabled: false,
          function: name,
        });
        t.equal(reply[member], value);
      }
    },
  },
  refusedOnStream(
    `range-${path.toLowerCase()}-below`,
    `${member} ${min - 1} is refused`,
    { [member]: min - 1 },
    validation,
    detected(min - 1, path, `Member must have value greater than or equal to ${min}`),
    inferred,
  ),
  refusedOnStream(
    `range-${path.toLowerCase()}-above`,
    `${member} ${max + 1} is refused`,
    { [member]: max + 1 },
    validation,
    detected(max + 1, path, `Member must have value less than or equal to ${max}`),
    inferred,
  ),
]);

const notOnQueues = Object.entries({
  ParallelizationFactor: 2,
  MaximumRetryAttempts: 2,
  MaximumRecordAgeInSeconds: 120,
  BisectBatchOnFunctionError: true,
  TumblingWindowInSeconds: 10,
}).map(([member, value]) => {
  const name = member[0].toLowerCase() + member.slice(1);
  return refusedOnQueue(
    `queue-${name.toLowerCase()}`,
    `${member} does not go with a queue`,
    { [member]: value },
    invalid,
    `Unsupported '${name}' parameter for given event source mapping type.`,
    { certainty: 'inferred', section: '1.3, 1.7' },
  );
});

export default area('Validation', [
  refusedOnStream(
    'no-source',
    'No EventSourceArn',
    { EventSourceArn: undefined },
    invalid,
    'Unrecognized event source.',
    { behaviour: 10 },
  ),
  refusedOnStream(
    'no-source-no-function',
    'No EventSourceArn comes before a missing function',
    { EventSourceArn: undefined, FunctionName: missingFunction },
    invalid,
    'Unrecognized event source.',
    { behaviour: 10 },
  ),
  refusedOnStream(
    'no-function',
    'The function does not exist: 400, not 404',
    { FunctionName: missingFunction },
    invalid,
    'Function does not exist',
    { behaviour: 9 },
  ),
  refusedOnStream(
    'on-success',
    'OnSuccess is refused',
    (t, table) => ({
      DestinationConfig: { OnSuccess: { Destination: 'arn:aws:sqs:us-east-1:000000000000:q' } },
    }),
    invalid,
    'Unsupported DestinationConfig parameter for given event source mapping type.',
    { behaviour: 11 },
  ),
  refusedOnStream(
    'on-success-no-function',
    'OnSuccess comes before a missing function',
    {
      FunctionName: missingFunction,
      DestinationConfig: { OnSuccess: { Destination: 'arn:aws:sqs:us-east-1:000000000000:q' } },
    },
    invalid,
    'Unsupported DestinationConfig parameter for given event source mapping type.',
    { behaviour: 11 },
  ),
  refusedOnStream(
    'no-position',
    'A stream needs StartingPosition',
    { StartingPosition: undefined },
    invalid,
    "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
    { behaviour: 7 },
  ),
  refusedOnStream(
    'unknown-position',
    'StartingPosition is one of three',
    { StartingPosition: 'invalid' },
    validation,
    detected(
      'invalid',
      'startingPosition',
      'Member must satisfy enum value set: [LATEST, AT_TIMESTAMP, TRIM_HORIZON]',
    ),
    { behaviour: 7 },
  ),
  refusedOnStream(
    'at-timestamp',
    "AT_TIMESTAMP is refused for a table's stream",
    { StartingPosition: 'AT_TIMESTAMP' },
    invalid,
    (table) => `Unsupported starting position for arn type: ${table.streamArn}`,
    { behaviour: 8 },
  ),
  refusedOnStream(
    'no-stream',
    'The stream does not exist',
    (t, table) => ({
      EventSourceArn: table.streamArn.replace(/stream\/.*/, 'stream/2020-01-01T00:00:00.000'),
    }),
    invalid,
    (table, { EventSourceArn }) => `Stream not found: ${EventSourceArn}`,
  ),
  refusedOnStream(
    'no-table',
    'The table does not exist',
    (t, table) => ({
      EventSourceArn: table.streamArn.replace(/table\/[^/]*/, 'table/conformance-no-such-table'),
    }),
    invalid,
    (table, { EventSourceArn }) => `Stream not found: ${EventSourceArn}`,
  ),
  {
    id: 'validation.no-queue',
    section: '1.7',
    title: 'The queue does not exist',
    async run(t) {
      const queue = await t.queue();
      await t.refused(
        t.mapping({ arn: `${queue.arn}-not` }),
        invalid,
        'Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. ' +
          'SQS Error Message: The specified queue does not exist.',
        400,
      );
    },
  },
  ...ranges,
  ...[0, 59].map((age) =>
    refusedOnStream(
      `age-${age}`,
      `MaximumRecordAgeInSeconds ${age} is refused`,
      { MaximumRecordAgeInSeconds: age },
      invalid,
      'MaximumRecordAgeInSeconds must be either -1 (forever) or between 60 and 604800 (inclusive)',
      { section: '1.3, 1.7' },
    ),
  ),
  {
    id: 'validation.age-60',
    section: '1.3',
    title: 'MaximumRecordAgeInSeconds 60 is accepted',
    async run(t) {
      const { reply } = await t.mapping(await t.table(), {
        MaximumRecordAgeInSeconds: 60,
        Enabled: false,
      });
      t.equal(reply.MaximumRecordAgeInSeconds, 60);
    },
  },
  {
    id: 'validation.queue-batch-window',
    behaviour: 17,
    section: '1.7',
    title: 'A queue: BatchSize 11 needs a window, at creation and update',
    async run(t) {
      const queue = await t.queue();
      const text =
        'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10';
      await t.refused(t.mapping(queue, { BatchSize: 11 }), invalid, text, 400);
      const mapping = await t.mapping(queue, { BatchSize: 10, Enabled: false });
      await mapping.is('Disabled');
      await t.refused(mapping.update({ BatchSize: 11 }), invalid, text, 400);
      const reply = await mapping.update({ BatchSize: 11, MaximumBatchingWindowInSeconds: 1 });
      t.equal([reply.BatchSize, reply.MaximumBatchingWindowInSeconds], [11, 1]);
    },
  },
  {
    id: 'validation.stream-batch-window',
    behaviour: 17,
    section: '1.7',
    title: 'A stream: BatchSize 11 and more needs no window',
    async run(t) {
      const { reply } = await t.mapping(await t.table(), { BatchSize: 11, Enabled: false });
      t.equal([reply.BatchSize, reply.MaximumBatchingWindowInSeconds], [11, 0]);
    },
  },
  ...notOnQueues,
  refusedOnStream(
    'stream-scaling',
    'ScalingConfig does not go with a stream',
    { ScalingConfig: { MaximumConcurrency: 2 } },
    invalid,
    /^Unsupported .*parameter for given event source mapping type\.$/,
    { certainty: 'inferred', section: '1.3, 1.7' },
  ),
  refusedOnQueue(
    'scaling-below',
    'MaximumConcurrency 1 is refused',
    { ScalingConfig: { MaximumConcurrency: 1 } },
    validation,
    detected(
      1,
      'scalingConfig.maximumConcurrency',
      'Member must have value greater than or equal to 2',
    ),
    inferred,
  ),
  refusedOnQueue(
    'scaling-above',
    'MaximumConcurrency 1001 is refused',
    { ScalingConfig: { MaximumConcurrency: 1001 } },
    validation,
    detected(
      1001,
      'scalingConfig.maximumConcurrency',
      'Member must have value less than or equal to 1000',
    ),
    inferred,
  ),
  refusedOnStream(
    'two-errors',
    'Two members out of range: both are told',
    { BatchSize: 0, ParallelizationFactor: 11 },
    validation,
    /^2 validation errors detected: (?=.*Value '0' at 'batchSize' failed to satisfy constraint: Member must have value greater than or equal to 1)(?=.*Value '11' at 'parallelizationFactor' failed to satisfy constraint: Member must have value less than or equal to 10).*; .*$/,
    inferred,
  ),
  refusedOnStream(
    'constraints-first',
    'A member out of range comes before a missing function',
    { BatchSize: 0, FunctionName: missingFunction },
    validation,
    detected(0, 'batchSize', 'Member must have value greater than or equal to 1'),
    inferred,
  ),
  refusedOnStream(
    'position-before-function',
    'The starting position is looked at after the function',
    { StartingPosition: 'AT_TIMESTAMP', FunctionName: missingFunction },
    invalid,
    'Function does not exist',
    inferred,
  ),
  refusedOnStream(
    'response-types',
    'FunctionResponseTypes knows one value',
    { FunctionResponseTypes: ['Other'] },
    validation,
    /functionResponseTypes/,
    inferred,
  ),
  refusedOnStream(
    'destination-length',
    'A destination has at most 350 characters',
    {
      DestinationConfig: {
        OnFailure: { Destination: `arn:aws:sqs:us-east-1:000000000000:${'q'.repeat(320)}` },
      },
    },
    validation,
    /'destinationConfig\.onFailure\.destination' failed to satisfy constraint: Member must have length less than or equal to 350/,
    inferred,
  ),
  refusedOnStream(
    'destination-form',
    'A destination is an ARN',
    { DestinationConfig: { OnFailure: { Destination: 'a queue' } } },
    validation,
    /^1 validation error detected: Value 'a queue' at 'destinationConfig\.onFailure\.destination' failed to satisfy constraint: Member must satisfy regular expression pattern: /,
    inferred,
  ),
  refusedOnStream(
    'source-form',
    'EventSourceArn is an ARN',
    { EventSourceArn: 'not an arn' },
    validation,
    /^1 validation error detected: Value 'not an arn' at 'eventSourceArn' failed to satisfy constraint: Member must satisfy regular expression pattern: /,
    inferred,
  ),
  {
    id: 'validation.fifo-destination',
    section: '5.9',
    title: 'A FIFO queue cannot be a failure destination',
    async run(t) {
      const queue = await t.queue({ fifo: true });
      await t.refused(
        t.mapping(await t.table(), {
          DestinationConfig: { OnFailure: { Destination: queue.arn } },
        }),
        invalid,
        /./,
        400,
      );
    },
  },
  {
    id: 'validation.fifo-batch',
    section: '1.3, 7.1',
    certainty: 'inferred',
    title: 'A FIFO queue: BatchSize 11 is refused, even with a window',
    async run(t) {
      const queue = await t.queue({ fifo: true });
      await t.refused(t.mapping(queue, { BatchSize: 11 }), invalid, /./, 400);
    },
  },
  {
    id: 'validation.fifo-window',
    section: '1.3, 7.1',
    certainty: 'inferred',
    title: 'A FIFO queue: a batching window is refused',
    async run(t) {
      const queue = await t.queue({ fifo: true });
      await t.refused(t.mapping(queue, { MaximumBatchingWindowInSeconds: 1 }), invalid, /./, 400);
    },
  },
  {
    id: 'validation.queue-visibility',
    section: '1.7, 7.2',
    title: "A queue whose visibility time-out is less than the function's",
    async run(t) {
      const queue = await t.queue({ VisibilityTimeout: '19' });
      await t.refused(
        t.mapping(queue),
        invalid,
        'Queue visibility timeout: 19 seconds is less than Function timeout: 20 seconds',
        400,
      );
      const enough = await t.queue({ VisibilityTimeout: '20' });
      await t.mapping(enough, { Enabled: false });
    },
  },
  refusedOnStream(
    'window-and-factor',
    'ParallelizationFactor above 1 does not go with a tumbling window',
    { ParallelizationFactor: 2, TumblingWindowInSeconds: 10 },
    invalid,
    /./,
    { certainty: 'inferred', section: '3.5' },
  ),
  {
    id: 'validation.five-filters',
    section: '1.3',
    title: 'Five filters are accepted',
    async run(t) {
      const Filters = ['a', 'b', 'c', 'd', 'e'].map((name) => ({
        Pattern: `{"eventName":["${name}"]}`,
      }));
      const { reply } = await t.mapping(await t.table(), {
        FilterCriteria: { Filters },
        Enabled: false,
      });
      t.equal(reply.FilterCriteria, { Filters });
    },
  },
  refusedOnStream(
    'eleven-filters',
    'Eleven filters, more than can be had',
    {
      FilterCriteria: {
        Filters: Array.from({ length: 11 }, () => ({ Pattern: '{"eventName":["INSERT"]}' })),
      },
    },
    invalid,
    /./,
    { certainty: 'inferred', section: '6.7' },
  ),
  refusedOnStream(
    'pattern-length',
    'A filter pattern has at most 4096 characters',
    { FilterCriteria: { Filters: [{ Pattern: `{"eventName":["${'x'.repeat(4096)}"]}` }] } },
    validation,
    /'filterCriteria\.filters\.1\.member\.pattern' failed to satisfy constraint: Member must have length less than or equal to 4096/,
    { certainty: 'inferred', section: '6.7' },
  ),
  {
    id: 'validation.update-same-rules',
    section: '1.7',
    certainty: 'inferred',
    title: 'Update has the same constraints as Create',
    async run(t) {
      const mapping = await t.mapping(await t.table(), { Enabled: false });
      await mapping.is('Disabled');
      await t.refused(
        mapping.update({ BatchSize: 0 }),
        validation,
        detected(0, 'batchSize', 'Member must have value greater than or equal to 1'),
        400,
      );
      await t.refused(
        mapping.update({ MaximumRecordAgeInSeconds: 30 }),
        invalid,
        'MaximumRecordAgeInSeconds must be either -1 (forever) or between 60 and 604800 (inclusive)',
        400,
      );
      await t.refused(
        mapping.update({ FunctionName: missingFunction }),
        invalid,
        'Function does not exist',
        400,
      );
    },
  },
  {
    id: 'validation.list-max-items',
    section: '1.2',
    certainty: 'inferred',
    title: 'List: MaxItems is 1 to 10000',
    async run(t) {
      await t.refused(
        t.list({ MaxItems: 0 }),
        validation,
        detected(0, 'maxItems', 'Member must have value greater than or equal to 1'),
        400,
      );
      await t.refused(
        t.list({ MaxItems: 10_001 }),
        validation,
        detected(10_001, 'maxItems', 'Member must have value less than or equal to 10000'),
        400,
      );
    },
  },
]);
