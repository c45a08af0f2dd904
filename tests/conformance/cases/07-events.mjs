// What a function gets for a change of an item.

import { UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';

import { area } from '../framework/catalogue.mjs';

// The records of a few changes to a table with the key `id`.
async function recordsOf(t, view, changes, count) {
  const table = await t.table({ view, key: 'id' });
  await changes(table);
  const mapping = await t.mapping(table);
  let records = [];
  await t.eventually(async () => {
    records = (await mapping.calls()).flatMap(({ event }) => event.Records);
    return records.length >= count;
  });
  return { records, table };
}

const three = async (table) => {
  await table.putItem({ id: { S: 'a' }, n: { N: '1' } });
  await table.putItem({ id: { S: 'a' }, n: { N: '2' } });
  await table.delete({ id: { S: 'a' } });
};

const old = { id: { S: 'a' }, n: { N: '1' } };
const young = { id: { S: 'a' }, n: { N: '2' } };
const views = {
  KEYS_ONLY: [{}, {}, {}],
  NEW_IMAGE: [{ NewImage: old }, { NewImage: young }, {}],
  OLD_IMAGE: [{}, { OldImage: old }, { OldImage: young }],
  NEW_AND_OLD_IMAGES: [{ NewImage: old }, { NewImage: young, OldImage: old }, { OldImage: young }],
};

const sizes = [
  ['a-string', 'NEW_IMAGE', 'my_partition_key', [{ my_partition_key: { S: 'hello world' } }], [54]],
  [
    'a-binary',
    'NEW_IMAGE',
    'my_partition_key',
    [{ my_partition_key: { S: 'hello world' }, binary_key: { B: Buffer.from('foobar') } }],
    [70],
  ],
  [
    'a-boolean',
    'NEW_IMAGE',
    'my_partition_key',
    [{ my_partition_key: { S: 'testId0' }, should_fail: { BOOL: true } }],
    [58],
  ],
  ['a-key', 'NEW_AND_OLD_IMAGES', 'id', [{ id: { S: 'id_value' } }], [20]],
  [
    'two-strings',
    'NEW_AND_OLD_IMAGES',
    'id',
    [{ id: { S: 'id_value' }, id2: { S: 'id2_value' } }],
    [32],
  ],
  [
    'a-change',
    'NEW_AND_OLD_IMAGES',
    'id',
    [{ id: { S: 'id_value' } }, { id: { S: 'id_value' }, id2: { S: 'id2_new_value' } }],
    [20, 46],
  ],
  [
    'a-number',
    'NEW_AND_OLD_IMAGES',
    'id',
    [{ id: { S: 'id_value_1' }, numericFilter: { N: '42' } }],
    [39],
  ],
].map(([name, view, key, items, expected]) => ({
  id: `events.size-of-${name}`,
  behaviour: 39,
  section: '4.2',
  title: `SizeBytes of ${items.length > 1 ? 'a changed item' : 'an item'} is ${expected.at(-1)}`,
  async run(t) {
    const table = await t.table({ view, key });
    for (const item of items) await table.putItem(item);
    const mapping = await t.mapping(table, { function: 'python' });
    const calls = await t.eventually(async () => {
      const all = await mapping.calls();
      return all.flatMap(({ ids }) => ids).length >= expected.length && all;
    });
    t.equal(
      calls.flatMap(({ text }) =>
        JSON.parse(text).Records.map(({ dynamodb }) => dynamodb.SizeBytes),
      ),
      expected,
    );
  },
}));

const values = {
  S: { S: 'text with "quotes" and é' },
  N: { N: '12345678901234567890.5' },
  B: { B: Buffer.from('foobar') },
  BOOL: { BOOL: false },
  NULL: { NULL: true },
  L: { L: [{ S: 'a' }, { N: '1' }, { L: [] }] },
  M: { M: { inner: { S: 'b' }, list: { L: [{ BOOL: true }] } } },
  SS: { SS: ['one'] },
  NS: { NS: ['1.5'] },
  BS: { BS: [Buffer.from('foobar')] },
};
const told = { ...values, B: { B: 'Zm9vYmFy' }, BS: { BS: ['Zm9vYmFy'] } };

export default area('Events', [
  {
    id: 'events.top-level',
    behaviour: 35,
    section: '4.1',
    title: 'The event has Records and nothing else',
    async run(t) {
      const table = await t.table();
      await table.put('a');
      const [{ event }] = await (await t.mapping(table)).seen(['a']);
      t.equal(Object.keys(event), ['Records']);
    },
  },
  {
    id: 'events.member-order',
    behaviour: 35,
    section: '4.1',
    title: 'The members of a record, in the recorded order',
    async run(t) {
      const table = await t.table();
      await table.put('a');
      const [{ event }] = await (await t.mapping(table)).seen(['a']);
      const [record] = event.Records;
      t.equal(Object.keys(record), [
        'eventID',
        'eventName',
        'eventVersion',
        'eventSource',
        'awsRegion',
        'dynamodb',
        'eventSourceARN',
      ]);
      t.equal(Object.keys(record.dynamodb), [
        'ApproximateCreationDateTime',
        'Keys',
        'NewImage',
        'SequenceNumber',
        'SizeBytes',
        'StreamViewType',
      ]);
    },
  },
  {
    id: 'events.constants',
    behaviour: 35,
    section: '4.1',
    title: 'eventVersion 1.1, eventSource, awsRegion, eventID, SequenceNumber',
    async run(t) {
      const table = await t.table();
      await table.put('a');
      const [{ event }] = await (await t.mapping(table)).seen(['a']);
      const [record] = event.Records;
      t.equal(
        [
          record.eventName,
          record.eventVersion,
          record.eventSource,
          record.awsRegion,
          record.eventSourceARN,
          record.dynamodb.StreamViewType,
        ],
        [
          'INSERT',
          '1.1',
          'aws:dynamodb',
          table.streamArn.split(':')[3],
          table.streamArn,
          'NEW_AND_OLD_IMAGES',
        ],
      );
      t.match(record.eventID, /^[0-9a-f]{32}$/);
      t.match(record.dynamodb.SequenceNumber, /^\d{21,40}$/);
      t.equal(record.dynamodb.Keys, { pk: { S: 'p' }, sk: { S: 'a' } });
    },
  },
  {
    id: 'events.same-as-stream',
    section: '4.3',
    title: 'A record is the one that GetRecords gives',
    async run(t) {
      const table = await t.table();
      await table.put('a');
      const [{ event }] = await (await t.mapping(table)).seen(['a']);
      const [record] = event.Records;
      const [{ eventID, eventName, dynamodb }] = await t.eventually(
        async () => {
          const found = await table.records();
          return found.length > 0 && found;
        },
        { every: 500 },
      );
      t.equal(
        [
          record.eventID,
          record.eventName,
          record.dynamodb.SequenceNumber,
          record.dynamodb.SizeBytes,
          record.dynamodb.NewImage,
        ],
        [eventID, eventName, dynamodb.SequenceNumber, dynamodb.SizeBytes, dynamodb.NewImage],
      );
    },
  },
  {
    id: 'events.time',
    behaviour: 36,
    section: '4.1',
    title: 'ApproximateCreationDateTime is a number with a fraction: 1764085661.0',
    async run(t) {
      const table = await t.table();
      await table.put('a');
      const [{ text }] = await (await t.mapping(table, { function: 'python' })).called(1);
      t.match(text, /"ApproximateCreationDateTime": \d{10}\.\d+[,}]/);
      const time = JSON.parse(text).Records[0].dynamodb.ApproximateCreationDateTime;
      t.ok(Math.abs(time - Date.now() / 1000) < 600, 'it is about now', time);
    },
  },
  {
    id: 'events.time-seconds',
    section: '4.1',
    certainty: 'inferred',
    title: 'ApproximateCreationDateTime has a resolution of one second',
    async run(t) {
      const table = await t.table();
      for (const id of ['a', 'b', 'c']) {
        await table.put(id);
        await t.pause(0.15);
      }
      const calls = await (await t.mapping(table)).seen(['c']);
      const times = calls.flatMap(({ event }) =>
        event.Records.map(({ dynamodb }) => dynamodb.ApproximateCreationDateTime),
      );
      t.ok(times.every(Number.isInteger), 'they are whole seconds', times);
    },
  },
  ...Object.entries(views).map(([view, images]) => ({
    id: `events.view-${view.toLowerCase().replaceAll('_', '-')}`,
    behaviour: 37,
    section: '4.1',
    title: `${view}: the images of insert, change and removal`,
    async run(t) {
      const { records } = await recordsOf(t, view, three, 3);
      t.equal(
        records.map(({ eventName }) => eventName),
        ['INSERT', 'MODIFY', 'REMOVE'],
      );
      t.equal(
        records.map(({ dynamodb: { Keys, NewImage, OldImage, StreamViewType } }) => ({
          Keys,
          NewImage,
          OldImage,
          StreamViewType,
        })),
        images.map((image) => ({ Keys: { id: { S: 'a' } }, ...image, StreamViewType: view })),
      );
      for (const { dynamodb } of records) {
        t.ok(!Object.values(dynamodb).includes(null), 'what is absent is not null', dynamodb);
      }
    },
  })),
  ...Object.keys(values).map((type) => ({
    id: `events.value-${type.toLowerCase()}`,
    behaviour: 38,
    section: '4.1',
    title: `A value of type ${type} in an image`,
    async run(t) {
      const { records } = await recordsOf(
        t,
        'NEW_IMAGE',
        (table) => table.putItem({ id: { S: 'a' }, value: values[type] }),
        1,
      );
      t.equal(records[0].dynamodb.NewImage, { id: { S: 'a' }, value: told[type] });
    },
  })),
  ...sizes,
  {
    id: 'events.no-change',
    section: '4.1',
    title: 'A put that changes nothing makes no record',
    async run(t) {
      const table = await t.table();
      await table.put('a');
      await table.put('a');
      await table.put('b');
      const calls = await (await t.mapping(table)).seen(['b']);
      t.equal(
        calls.flatMap(({ ids }) => ids),
        ['a', 'b'],
      );
    },
  },
  {
    id: 'events.no-user-identity',
    section: '4.1',
    title: "A record of a client's change has no userIdentity",
    async run(t) {
      const { records } = await recordsOf(t, 'KEYS_ONLY', three, 3);
      t.ok(
        records.every((record) => !('userIdentity' in record)),
        'there is a userIdentity',
        records,
      );
    },
  },
  {
    id: 'events.time-to-live',
    behaviour: 40,
    section: '4.1',
    slow: true,
    title: 'A deletion by time to live has userIdentity of the service',
    async run(t) {
      const table = await t.table({ key: 'id' });
      await t.dynamodb(
        new UpdateTimeToLiveCommand({
          TableName: table.name,
          TimeToLiveSpecification: { Enabled: true, AttributeName: 'expires' },
        }),
      );
      await table.putItem({
        id: { S: 'a' },
        expires: { N: String(Math.floor(Date.now() / 1000) + 1) },
      });
      const mapping = await t.mapping(table);
      const removed = await t.eventually(
        async () =>
          (await mapping.calls())
            .flatMap(({ event }) => event.Records)
            .find(({ eventName }) => eventName === 'REMOVE'),
        { seconds: 75, every: 500, what: 'the item expires' },
      );
      t.equal(removed.userIdentity, { type: 'Service', principalId: 'dynamodb.amazonaws.com' });
    },
  },
]);
