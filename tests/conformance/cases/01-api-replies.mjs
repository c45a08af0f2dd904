// What is given to Create, and what the replies show.

import { CreateAliasCommand, PublishVersionCommand } from '@aws-sdk/client-lambda';

import { area } from '../framework/catalogue.mjs';

const streamMembers = [
  'BatchSize',
  'BisectBatchOnFunctionError',
  'DestinationConfig',
  'EventSourceArn',
  'EventSourceMappingArn',
  'FunctionArn',
  'FunctionResponseTypes',
  'LastModified',
  'LastProcessingResult',
  'MaximumBatchingWindowInSeconds',
  'MaximumRecordAgeInSeconds',
  'MaximumRetryAttempts',
  'ParallelizationFactor',
  'StartingPosition',
  'State',
  'StateTransitionReason',
  'TumblingWindowInSeconds',
  'UUID',
];
const queueMembers = [
  'BatchSize',
  'EventSourceArn',
  'EventSourceMappingArn',
  'FunctionArn',
  'FunctionResponseTypes',
  'LastModified',
  'MaximumBatchingWindowInSeconds',
  'State',
  'StateTransitionReason',
  'UUID',
];
const membersOf = (reply) => Object.keys(reply).sort();

// A mapping that is created with `members` shows them in the replies to Create and Get.
function echo(name, behaviour, section, members, expected = members) {
  return {
    id: `api.echo-${name}`,
    behaviour,
    section,
    title: `${Object.keys(members).join(', ')} given is shown`,
    async run(t) {
      const table = await t.table();
      const mapping = await t.mapping(table, { ...members, Enabled: false });
      for (const reply of [mapping.reply, await mapping.get()]) {
        const shown = Object.fromEntries(Object.keys(expected).map((key) => [key, reply[key]]));
        t.equal(shown, expected, 'the reply shows otherwise');
      }
    },
  };
}

export default area('API replies', [
  {
    id: 'api.create-stream',
    behaviour: [1],
    section: '1.2, 2',
    title: 'Create answers State Creating; Get shows Enabled later',
    async run(t) {
      const mapping = await t.mapping(await t.table());
      t.equal(mapping.reply.State, 'Creating');
      await mapping.enabled();
    },
  },
  {
    id: 'api.stream-members',
    behaviour: 2,
    section: '1.5',
    title: 'The reply for a stream has these members and no others',
    async run(t) {
      const mapping = await t.mapping(await t.table());
      t.equal(membersOf(mapping.reply), streamMembers, 'Create has other members');
      t.equal(
        membersOf(await mapping.enabled().then(() => mapping.get())),
        streamMembers,
        'Get has other members',
      );
    },
  },
  {
    id: 'api.stream-members-everywhere',
    behaviour: 2,
    section: '1.5',
    title: 'List, Update and Delete show the members of Get',
    async run(t) {
      const table = await t.table();
      const mapping = await t.mapping(table, { Enabled: false });
      await mapping.is('Disabled');
      const { EventSourceMappings } = await t.list({ EventSourceArn: table.streamArn });
      t.equal(EventSourceMappings.map(membersOf), [streamMembers], 'List has other members');
      t.equal(
        membersOf(await mapping.update({ BatchSize: 9 })),
        streamMembers,
        'Update has other members',
      );
      await mapping.is('Disabled');
      t.equal(membersOf(await mapping.delete()), streamMembers, 'Delete has other members');
    },
  },
  {
    id: 'api.queue-members',
    behaviour: 3,
    section: '1.6',
    title: 'The reply for a queue has these members and no others',
    async run(t) {
      const mapping = await t.mapping(await t.queue());
      t.equal(membersOf(mapping.reply), queueMembers, 'Create has other members');
      await mapping.enabled();
      t.equal(membersOf(await mapping.get()), queueMembers, 'Get has other members');
    },
  },
  {
    id: 'api.stream-defaults',
    behaviour: 4,
    section: '1.3, 1.5',
    title: 'Defaults of a mapping on a stream',
    async run(t) {
      const table = await t.table();
      const { reply } = await t.mapping(table);
      const { EventSourceMappingArn, FunctionArn, LastModified, UUID, ...rest } = reply;
      t.equal(rest, {
        BatchSize: 100,
        BisectBatchOnFunctionError: false,
        DestinationConfig: { OnFailure: {} },
        EventSourceArn: table.streamArn,
        FunctionResponseTypes: [],
        LastProcessingResult: 'No records processed',
        MaximumBatchingWindowInSeconds: 0,
        MaximumRecordAgeInSeconds: -1,
        MaximumRetryAttempts: -1,
        ParallelizationFactor: 1,
        StartingPosition: 'TRIM_HORIZON',
        State: 'Creating',
        StateTransitionReason: 'User action',
        TumblingWindowInSeconds: 0,
      });
    },
  },
  {
    id: 'api.queue-defaults',
    behaviour: 3,
    section: '1.3, 1.6',
    title: 'Defaults of a mapping on a queue',
    async run(t) {
      const queue = await t.queue();
      const { reply } = await t.mapping(queue);
      const { EventSourceMappingArn, FunctionArn, LastModified, UUID, ...rest } = reply;
      t.equal(rest, {
        BatchSize: 10,
        EventSourceArn: queue.arn,
        FunctionResponseTypes: [],
        MaximumBatchingWindowInSeconds: 0,
        State: 'Creating',
        StateTransitionReason: 'USER_INITIATED',
      });
    },
  },
  {
    id: 'api.arns',
    behaviour: 2,
    section: '1.5',
    title: "UUID, mapping ARN and LastModified have the service's form",
    async run(t) {
      const { reply } = await t.mapping(await t.table());
      t.match(reply.UUID, /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
      const [, region, account] =
        reply.FunctionArn.match(/^arn:aws[^:]*:lambda:([^:]*):(\d{12}):function:/) ?? [];
      t.match(
        reply.EventSourceMappingArn,
        new RegExp(`^arn:aws[^:]*:lambda:${region}:${account}:event-source-mapping:${reply.UUID}$`),
      );
      t.ok(
        Math.abs(Date.now() - reply.LastModified.getTime()) < 120_000,
        'LastModified is now',
        reply.LastModified,
      );
    },
  },
  {
    id: 'api.function-name',
    behaviour: 16,
    section: '1.5',
    title: 'A function given by name is shown by its unqualified ARN',
    async run(t) {
      const { arn } = await t.function();
      const { reply } = await t.mapping(await t.table(), { Enabled: false });
      t.equal(reply.FunctionArn, arn);
    },
  },
  {
    id: 'api.function-arn',
    behaviour: 16,
    section: '1.5',
    title: 'A function given by its ARN is shown by the same ARN',
    async run(t) {
      const { arn } = await t.function();
      const { reply } = await t.mapping(await t.table(), { FunctionName: arn, Enabled: false });
      t.equal(reply.FunctionArn, arn);
    },
  },
  {
    id: 'api.function-partial-arn',
    behaviour: 16,
    section: '1.3, 1.5',
    title: 'A function given as account:function:name is found',
    async run(t) {
      const { arn, name } = await t.function();
      const account = arn.split(':')[4];
      const { reply } = await t.mapping(await t.table(), {
        FunctionName: `${account}:function:${name}`,
        Enabled: false,
      });
      t.equal(reply.FunctionArn, arn);
    },
  },
  {
    id: 'api.function-latest',
    behaviour: 16,
    section: '1.5',
    title: 'A function given as name:$LATEST is shown with $LATEST',
    async run(t) {
      const { arn, name } = await t.function();
      const { reply } = await t.mapping(await t.table(), {
        FunctionName: `${name}:$LATEST`,
        Enabled: false,
      });
      t.equal(reply.FunctionArn, `${arn}:$LATEST`);
    },
  },
  {
    id: 'api.function-version',
    behaviour: 16,
    section: '1.5',
    title: 'A function given as name:version is shown with the version',
    async run(t) {
      const { arn, name } = await t.ownFunction();
      const { Version } = await t.lambda(new PublishVersionCommand({ FunctionName: name }));
      const { reply } = await t.mapping(await t.table(), {
        FunctionName: `${name}:${Version}`,
        Enabled: false,
      });
      t.equal(reply.FunctionArn, `${arn}:${Version}`);
    },
  },
  {
    id: 'api.function-alias',
    behaviour: 16,
    section: '1.5',
    title: 'A function given as name:alias is shown with the alias',
    async run(t) {
      const { arn, name } = await t.ownFunction();
      await t.lambda(
        new CreateAliasCommand({ FunctionName: name, Name: 'live', FunctionVersion: '$LATEST' }),
      );
      const { reply } = await t.mapping(await t.table(), {
        FunctionName: `${name}:live`,
        Enabled: false,
      });
      t.equal(reply.FunctionArn, `${arn}:live`);
    },
  },
  echo('batch-size', 4, '1.3', { BatchSize: 10_000 }),
  echo('window', 4, '1.3', { MaximumBatchingWindowInSeconds: 300 }),
  echo('retries', 4, '1.3', { MaximumRetryAttempts: 10_000 }),
  echo('record-age', 4, '1.3', { MaximumRecordAgeInSeconds: 604_800 }),
  echo('parallelization', 4, '1.3', { ParallelizationFactor: 10 }),
  echo('bisect', 4, '1.3', { BisectBatchOnFunctionError: true }),
  echo('tumbling', 4, '1.3', { TumblingWindowInSeconds: 900 }),
  echo('response-types', 4, '1.3', { FunctionResponseTypes: ['ReportBatchItemFailures'] }),
  echo('latest', 4, '1.3', { StartingPosition: 'LATEST' }),
  echo('filters', 15, '1.5', {
    FilterCriteria: {
      Filters: [
        { Pattern: '{ "eventName": ["INSERT"] }' },
        { Pattern: '{"dynamodb":{"Keys":{"id":{"S":["é"]}}}}' },
      ],
    },
  }),
  echo('no-filters', 15, '1.5', { FilterCriteria: { Filters: [] } }, { FilterCriteria: undefined }),
  echo('metrics', undefined, '1.3', { MetricsConfig: { Metrics: ['EventCount'] } }),
  {
    id: 'api.echo-destination',
    section: '1.5',
    title: 'A failure destination is shown in DestinationConfig',
    async run(t) {
      const queue = await t.queue();
      const DestinationConfig = { OnFailure: { Destination: queue.arn } };
      const mapping = await t.mapping(await t.table(), { DestinationConfig, Enabled: false });
      t.equal(mapping.reply.DestinationConfig, DestinationConfig);
      t.equal((await mapping.get()).DestinationConfig, DestinationConfig);
    },
  },
  {
    id: 'api.echo-scaling',
    section: '1.6',
    title: 'ScalingConfig of a queue is shown when it is set',
    async run(t) {
      const mapping = await t.mapping(await t.queue(), {
        ScalingConfig: { MaximumConcurrency: 2 },
        Enabled: false,
      });
      t.equal(mapping.reply.ScalingConfig, { MaximumConcurrency: 2 });
      t.equal(membersOf(mapping.reply), [...queueMembers, 'ScalingConfig'].sort());
      await mapping.is('Disabled');
      t.equal(
        (await mapping.update({ ScalingConfig: {} })).ScalingConfig,
        undefined,
        '{} does not remove the cap',
      );
    },
  },
  {
    id: 'api.tags-hidden',
    section: '1.5',
    title: 'Tags are not shown in the replies',
    async run(t) {
      const { reply } = await t.mapping(await t.table(), { Tags: { team: 'a' }, Enabled: false });
      t.equal(membersOf(reply), streamMembers);
    },
  },
]);
