// Listing, changing and deleting; two mappings of one source; tags.

import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateEventSourceMappingCommand,
  DeleteEventSourceMappingCommand,
  DeleteFunctionCommand,
  GetEventSourceMappingCommand,
  ListEventSourceMappingsCommand,
  ListTagsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';

import { area } from '../framework/catalogue.mjs';

function change(name, section, before, after, expected = after) {
  return {
    id: `api.update-${name}`,
    section,
    title: `Update changes ${Object.keys(after).join(', ')} and keeps the rest`,
    async run(t) {
      const table = await t.table();
      const mapping = await t.mapping(table, { BatchSize: 7, ...before, Enabled: false });
      await mapping.is('Disabled');
      const reply = await mapping.update(after);
      const shown = Object.fromEntries(Object.keys(expected).map((key) => [key, reply[key]]));
      t.equal(shown, expected, 'the reply to Update shows otherwise');
      const later = await mapping.is('Disabled');
      t.equal(
        Object.fromEntries(Object.keys(expected).map((key) => [key, later[key]])),
        expected,
        'Get shows otherwise',
      );
      if (!('BatchSize' in after)) t.equal(later.BatchSize, 7, 'BatchSize is not kept');
    },
  };
}

export default area('API calls', [
  {
    id: 'api.create-status',
    behaviour: 1,
    section: '1.2',
    title: 'Create, Update and Delete answer 202, Get and List 200',
    async run(t) {
      const table = await t.table();
      const { name } = await t.function();
      const statuses = [];
      const ask = async (command) => {
        const { $metadata, ...reply } = await t.lambda(command);
        statuses.push($metadata.httpStatusCode);
        return reply;
      };
      const { UUID } = await ask(
        new CreateEventSourceMappingCommand({
          EventSourceArn: table.streamArn,
          FunctionName: name,
          StartingPosition: 'LATEST',
          Enabled: false,
        }),
      );
      const settled = () => t.eventually(async () => (await t.get(UUID)).State === 'Disabled');
      try {
        await settled();
        await ask(new GetEventSourceMappingCommand({ UUID }));
        await ask(new ListEventSourceMappingsCommand({ FunctionName: name }));
        await ask(new UpdateEventSourceMappingCommand({ UUID, BatchSize: 3 }));
        await settled();
      } finally {
        await ask(new DeleteEventSourceMappingCommand({ UUID }));
      }
      t.equal(statuses, [202, 200, 200, 202, 202]);
    },
  },
  {
    id: 'api.duplicate-stream',
    behaviour: 12,
    section: '1.7',
    title: 'A second mapping of the same stream and function: 409',
    async run(t) {
      const table = await t.table();
      const { uuid, target } = await t.mapping(table);
      await t.refused(
        t.mapping(table),
        'ResourceConflictException',
        `The event source arn (" ${table.streamArn} ") and function (" ${target.name} ") provided mapping already exists. ` +
          `Please update or delete the existing mapping with UUID ${uuid}`,
        409,
      );
    },
  },
  {
    id: 'api.duplicate-queue',
    behaviour: 12,
    section: '1.7',
    title: 'A second mapping of the same queue and function: 409, other words',
    async run(t) {
      const queue = await t.queue();
      const { uuid, target } = await t.mapping(queue);
      await t.refused(
        t.mapping(queue),
        'ResourceConflictException',
        `An event source mapping with SQS arn (" ${queue.arn} ") and function (" ${target.name} ") already exists. ` +
          `Please update or delete the existing mapping with UUID ${uuid}`,
        409,
      );
    },
  },
  {
    id: 'api.two-functions',
    behaviour: 13,
    section: '1.7',
    title: 'A stream with two functions: both get every record',
    async run(t) {
      const table = await t.table();
      await table.putAll(['a', 'b']);
      const one = await t.mapping(table);
      const other = await t.mapping(table, { function: 'second' });
      t.equal(
        (await one.seen(['a', 'b'])).flatMap(({ ids }) => ids),
        ['a', 'b'],
      );
      t.equal(
        (await other.seen(['a', 'b'])).flatMap(({ ids }) => ids),
        ['a', 'b'],
      );
    },
  },
  ...Object.entries({
    get: (t, UUID) => t.get(UUID),
    update: (t, UUID) => t.update({ UUID, BatchSize: 1 }),
    delete: (t, UUID) => t.lambda(new DeleteEventSourceMappingCommand({ UUID })),
  }).map(([name, call]) => ({
    id: `api.unknown-${name}`,
    behaviour: 14,
    section: '1.1, 1.7',
    title: `${name} of an unknown UUID: 404, body key Message`,
    async run(t) {
      const { wire } = await t.refused(
        call(t, '00000000-0000-4000-8000-000000000000'),
        'ResourceNotFoundException',
        'The resource you requested does not exist.',
        404,
      );
      t.equal(
        JSON.parse(wire),
        { Type: 'User', Message: 'The resource you requested does not exist.' },
        'the body is another',
      );
    },
  })),
  {
    id: 'api.invalid-parameter-body',
    behaviour: 14,
    section: '1.1',
    title: 'InvalidParameterValueException has body keys Type and message',
    async run(t) {
      const table = await t.table();
      const { wire } = await t.refused(
        t.mapping(table, { FunctionName: t.name('f', 64) }),
        'InvalidParameterValueException',
        'Function does not exist',
        400,
      );
      t.equal(
        JSON.parse(wire),
        { Type: 'User', message: 'Function does not exist' },
        'the body is another',
      );
    },
  },
  {
    id: 'api.list-by-source',
    section: '1.2',
    title: 'List by source, by function, and by both',
    async run(t) {
      const table = await t.table();
      const one = await t.mapping(table, { Enabled: false });
      const other = await t.mapping(table, { Enabled: false, function: 'second' });
      const ids = async (question) =>
        (await t.list(question)).EventSourceMappings.map(({ UUID }) => UUID).sort();
      t.equal(await ids({ EventSourceArn: table.streamArn }), [one.uuid, other.uuid].sort());
      t.equal(await ids({ EventSourceArn: table.streamArn, FunctionName: one.target.name }), [
        one.uuid,
      ]);
      t.equal(await ids({ EventSourceArn: table.streamArn, FunctionName: other.target.arn }), [
        other.uuid,
      ]);
    },
  },
  {
    id: 'api.list-unknown-function',
    behaviour: 18,
    section: '1.2',
    title: 'List with an unknown function: an empty list',
    async run(t) {
      t.equal(await t.list({ FunctionName: t.name('f', 64) }), {
        EventSourceMappings: [],
      });
    },
  },
  {
    id: 'api.list-unknown-source',
    behaviour: 18,
    section: '1.2',
    title: 'List with an unknown source: an empty list',
    async run(t) {
      const table = await t.table();
      t.equal(await t.list({ EventSourceArn: `${table.streamArn.slice(0, -1)}x` }), {
        EventSourceMappings: [],
      });
    },
  },
  {
    id: 'api.list-pages',
    section: '1.2',
    title: 'List in pages: NextMarker leads on, and is absent on the last page',
    async run(t) {
      const table = await t.table();
      const made = [];
      for (const name of ['main', 'second', 'brief']) {
        made.push((await t.mapping(table, { Enabled: false, function: name })).uuid);
      }
      const found = [];
      let Marker;
      do {
        const page = await t.list({ EventSourceArn: table.streamArn, MaxItems: 1, Marker });
        t.ok(page.EventSourceMappings.length <= 1, 'a page has at most MaxItems', page);
        found.push(...page.EventSourceMappings.map(({ UUID }) => UUID));
        Marker = page.NextMarker;
      } while (Marker && found.length < 10);
      t.equal(found.sort(), made.sort());
    },
  },
  {
    id: 'api.delete',
    behaviour: 19,
    section: '1.8',
    title: 'Delete answers State Deleting; then Get is 404',
    async run(t) {
      const mapping = await t.mapping(await t.table());
      await mapping.enabled();
      t.equal((await mapping.delete()).State, 'Deleting');
      await t.eventually(
        async () => {
          await t.refused(
            mapping.get(),
            'ResourceNotFoundException',
            'The resource you requested does not exist.',
            404,
          );
          return true;
        },
        { seconds: 20 },
      );
    },
  },
  {
    id: 'api.recreate',
    behaviour: 19,
    section: '1.4, 5.6',
    title: 'Deleted and created anew, the checkpoint is lost: records come again',
    async run(t) {
      const table = await t.table();
      await table.put('a');
      const first = await t.mapping(table);
      await first.seen(['a']);
      await first.enabled();
      await first.delete();
      const again = await t.eventually(() => t.mapping(table));
      t.ok(again.uuid !== first.uuid, 'the new mapping has a UUID of its own', again.uuid);
      t.equal(
        (await again.called(2)).map(({ ids }) => ids),
        [['a'], ['a']],
      );
    },
  },
  {
    id: 'api.function-deleted',
    behaviour: 20,
    section: '1.8',
    title: 'Deleting the function leaves the mapping Enabled',
    async run(t) {
      const own = await t.ownFunction();
      const mapping = await t.mapping(await t.table(), { function: own });
      await mapping.enabled();
      await t.lambda(new DeleteFunctionCommand({ FunctionName: own.name }));
      t.equal((await mapping.get()).State, 'Enabled');
    },
  },
  {
    id: 'api.table-deleted',
    section: '1.8',
    title: 'Deleting the table leaves the mapping listed',
    async run(t) {
      const table = await t.table();
      const mapping = await t.mapping(table);
      await mapping.enabled();
      await t.dynamodb(new DeleteTableCommand({ TableName: table.name }));
      const { EventSourceMappings } = await t.list({ EventSourceArn: table.streamArn });
      t.equal(
        EventSourceMappings.map(({ UUID }) => UUID),
        [mapping.uuid],
      );
    },
  },
  {
    id: 'api.stream-disabled',
    section: '1.7',
    title: 'A stream that is disabled but kept can still be mapped',
    certainty: 'certain',
    async run(t) {
      const table = await t.table();
      await table.put('a');
      await t.disableStream(table);
      t.equal(
        (await (await t.mapping(table)).seen(['a'])).map(({ ids }) => ids),
        [['a']],
      );
    },
  },
  change('batch-size', '1.4', {}, { BatchSize: 3 }),
  change('window', '1.4', {}, { MaximumBatchingWindowInSeconds: 5 }),
  change('retries', '1.4', {}, { MaximumRetryAttempts: 5 }),
  change('record-age', '1.4', {}, { MaximumRecordAgeInSeconds: 60 }),
  change('parallelization', '1.4', {}, { ParallelizationFactor: 2 }),
  change('bisect', '1.4', {}, { BisectBatchOnFunctionError: true }),
  change('tumbling', '1.4', {}, { TumblingWindowInSeconds: 60 }),
  change(
    'filters',
    '1.4',
    {},
    { FilterCriteria: { Filters: [{ Pattern: '{"eventName":["REMOVE"]}' }] } },
  ),
  change(
    'filters-removed',
    '1.4',
    { FilterCriteria: { Filters: [{ Pattern: '{"eventName":["REMOVE"]}' }] } },
    { FilterCriteria: {} },
    { FilterCriteria: undefined },
  ),
  change(
    'response-types-removed',
    '1.4',
    { FunctionResponseTypes: ['ReportBatchItemFailures'] },
    { FunctionResponseTypes: [] },
  ),
  {
    id: 'api.update-destination-removed',
    section: '1.4',
    title: 'OnFailure.Destination "" removes the destination',
    async run(t) {
      const queue = await t.queue();
      const mapping = await t.mapping(await t.table(), {
        DestinationConfig: { OnFailure: { Destination: queue.arn } },
        Enabled: false,
      });
      await mapping.is('Disabled');
      const reply = await mapping.update({ DestinationConfig: { OnFailure: { Destination: '' } } });
      t.equal(reply.DestinationConfig, { OnFailure: {} });
    },
  },
  {
    id: 'api.update-function',
    section: '1.8',
    title: 'Update of FunctionName: the reply shows the new FunctionArn at once',
    async run(t) {
      const second = await t.function('second');
      const mapping = await t.mapping(await t.table(), { Enabled: false });
      await mapping.is('Disabled');
      t.equal((await mapping.update({ FunctionName: second.name })).FunctionArn, second.arn);
    },
  },
  {
    id: 'api.update-function-delivery',
    section: '1.8, 5.6',
    title: 'After Update of FunctionName the new function gets what follows',
    async run(t) {
      const table = await t.table();
      await table.put('a');
      const mapping = await t.mapping(table);
      await mapping.seen(['a']);
      await mapping.enabled();
      await mapping.update({ FunctionName: (await t.function('second')).name });
      await mapping.enabled();
      mapping.target = await t.function('second');
      await t.eventually(async () => {
        await table.put('b', { n: { S: String(Date.now()) } });
        return (await mapping.batches()).flat().includes('b');
      });
      t.ok(
        !(await mapping.batches()).flat().includes('a'),
        'what the first function had does not come again',
        await mapping.batches(),
      );
    },
  },
  {
    id: 'api.tags',
    section: '1.2, 1.3',
    title: 'Tags: given at creation, added, removed, listed',
    async run(t) {
      const { reply } = await t.mapping(await t.table(), { Tags: { team: 'a' }, Enabled: false });
      const Resource = reply.EventSourceMappingArn;
      const tags = async () => (await t.lambda(new ListTagsCommand({ Resource }))).Tags;
      t.equal(await tags(), { team: 'a' });
      await t.lambda(new TagResourceCommand({ Resource, Tags: { team: 'b', stage: 'test' } }));
      t.equal(await tags(), { team: 'b', stage: 'test' });
      await t.lambda(new UntagResourceCommand({ Resource, TagKeys: ['team'] }));
      t.equal(await tags(), { stage: 'test' });
    },
  },
  ...['list', 'tag', 'untag'].map((name) => ({
    id: `api.tags-unknown-${name}`,
    section: '1.7',
    title: `${name} of an unknown mapping: 404 with its ARN`,
    async run(t) {
      const { arn } = await t.function();
      const Resource = arn.replace(
        /function:.*/,
        'event-source-mapping:00000000-0000-4000-8000-000000000000',
      );
      const command = {
        list: new ListTagsCommand({ Resource }),
        tag: new TagResourceCommand({ Resource, Tags: { a: 'b' } }),
        untag: new UntagResourceCommand({ Resource, TagKeys: ['a'] }),
      }[name];
      await t.refused(
        t.lambda(command),
        'ResourceNotFoundException',
        `Event source mapping not found: ${Resource}`,
        404,
      );
    },
  })),
]);
