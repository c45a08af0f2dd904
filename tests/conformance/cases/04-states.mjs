// The life of a mapping: states, their reasons, and the result of the last call.

import { area } from '../framework/catalogue.mjs';

export default area('States', [
  {
    id: 'states.reason-stream',
    behaviour: 5,
    section: '2',
    title: 'StateTransitionReason on a stream is "User action" in every state',
    async run(t) {
      const mapping = await t.mapping(await t.table());
      const reasons = [mapping.reply.StateTransitionReason];
      await mapping.enabled();
      reasons.push(
        (await mapping.get()).StateTransitionReason,
        (await mapping.update({ Enabled: false })).StateTransitionReason,
      );
      reasons.push((await mapping.is('Disabled')).StateTransitionReason);
      t.equal(reasons, Array(4).fill('User action'));
    },
  },
  {
    id: 'states.reason-queue',
    behaviour: 5,
    section: '2',
    title: 'StateTransitionReason on a queue is USER_INITIATED in every state',
    async run(t) {
      const mapping = await t.mapping(await t.queue());
      const reasons = [mapping.reply.StateTransitionReason];
      await mapping.enabled();
      reasons.push((await mapping.update({ Enabled: false })).StateTransitionReason);
      reasons.push((await mapping.is('Disabled')).StateTransitionReason);
      t.equal(reasons, Array(3).fill('USER_INITIATED'));
    },
  },
  {
    id: 'states.created-disabled',
    behaviour: 6,
    section: '2',
    title: 'Created with Enabled false: Disabled at once, and nothing is called',
    async run(t) {
      const table = await t.table();
      await table.put('a');
      const mapping = await t.mapping(table, { Enabled: false });
      t.equal(mapping.reply.State, 'Disabled');
      await t.quiet();
      t.equal(await mapping.batches(), []);
      t.equal((await mapping.get()).State, 'Disabled');
    },
  },
  {
    id: 'states.queue-created-disabled',
    behaviour: 6,
    section: '2',
    title: 'A queue too: created with Enabled false it is Disabled at once',
    async run(t) {
      const queue = await t.queue();
      await queue.send('a');
      const mapping = await t.mapping(queue, { Enabled: false });
      t.equal(mapping.reply.State, 'Disabled');
      await t.quiet();
      t.equal(await mapping.batches(), []);
      t.equal(await queue.size(), 1, 'the message stays in the queue');
    },
  },
  {
    id: 'states.disable-enable',
    section: '1.8, 2',
    title: 'Disabling, Disabled, Enabling, Enabled',
    async run(t) {
      const mapping = await t.mapping(await t.table());
      await mapping.enabled();
      t.equal((await mapping.update({ Enabled: false })).State, 'Disabling');
      await mapping.is('Disabled');
      t.equal((await mapping.update({ Enabled: true })).State, 'Enabling');
      await mapping.enabled();
    },
  },
  {
    id: 'states.updating',
    section: '1.8, 2',
    title: 'Another change: Updating, then Enabled again',
    async run(t) {
      const mapping = await t.mapping(await t.table());
      await mapping.enabled();
      t.equal((await mapping.update({ BatchSize: 5 })).State, 'Updating');
      t.equal((await mapping.enabled().then(() => mapping.get())).BatchSize, 5);
    },
  },
  {
    id: 'states.updating-disabled',
    section: '2',
    certainty: 'inferred',
    title: 'A change while Disabled ends in Disabled',
    async run(t) {
      const table = await t.table();
      await table.put('a');
      const mapping = await t.mapping(table, { Enabled: false });
      await mapping.update({ BatchSize: 5 });
      await mapping.is('Disabled');
      await t.quiet();
      t.equal(await mapping.batches(), []);
    },
  },
  {
    id: 'states.checkpoint-kept',
    behaviour: 21,
    section: '2, 5.6',
    title: 'Records written while disabled arrive after enabling, none twice',
    async run(t) {
      const table = await t.table();
      await table.putAll(['a', 'b']);
      const mapping = await t.mapping(table);
      await mapping.seen(['a', 'b']);
      await mapping.enabled();
      await mapping.update({ Enabled: false });
      await mapping.is('Disabled');
      await table.putAll(['c', 'd']);
      await t.quiet();
      t.equal(
        (await mapping.batches()).flat(),
        ['a', 'b'],
        'something is delivered while disabled',
      );
      await mapping.update({ Enabled: true });
      t.equal(
        (await mapping.seen(['c', 'd'])).flatMap(({ ids }) => ids),
        ['a', 'b', 'c', 'd'],
      );
    },
  },
  {
    id: 'states.disable-in-flight',
    section: '2',
    certainty: 'inferred',
    title: 'A call in flight while disabling is finished and counts',
    async run(t) {
      const table = await t.table();
      await table.put('a', { do: t.gate('end') });
      const mapping = await t.mapping(table);
      await mapping.called(1);
      await mapping.enabled();
      await mapping.update({ Enabled: false });
      await t.openGate('end');
      await mapping.is('Disabled');
      await table.put('b');
      await mapping.update({ Enabled: true });
      t.equal(
        (await mapping.seen(['b'])).flatMap(({ ids }) => ids),
        ['a', 'b'],
      );
    },
  },
  {
    id: 'states.result-none',
    behaviour: 22,
    section: '2',
    title: 'LastProcessingResult before the first call: No records processed',
    async run(t) {
      const mapping = await t.mapping(await t.table());
      await mapping.enabled();
      t.equal((await mapping.get()).LastProcessingResult, 'No records processed');
    },
  },
  {
    id: 'states.result-ok',
    behaviour: 22,
    section: '2',
    title: 'LastProcessingResult after a success: OK',
    async run(t) {
      const table = await t.table();
      await table.put('a');
      const mapping = await t.mapping(table);
      await mapping.called(1);
      await t.eventually(
        async () => t.equal((await mapping.get()).LastProcessingResult, 'OK') ?? true,
      );
    },
  },
  {
    id: 'states.result-problem',
    behaviour: 22,
    section: '2',
    title: 'LastProcessingResult after a failure: PROBLEM, and OK after a success',
    async run(t) {
      const table = await t.table();
      await table.put('a', { do: { throw: true } });
      const mapping = await t.mapping(table, { MaximumRetryAttempts: 1 });
      const result = async (text) =>
        t.equal((await mapping.get()).LastProcessingResult, text) ?? true;
      await t.eventually(() => result('PROBLEM: Function call failed'));
      await mapping.called(2);
      await table.put('b');
      await mapping.seen(['b']);
      await t.eventually(() => result('OK'));
    },
  },
  {
    id: 'states.result-kept',
    section: '1.8',
    title: 'Disabling keeps LastProcessingResult',
    async run(t) {
      const table = await t.table();
      await table.put('a');
      const mapping = await t.mapping(table);
      await mapping.enabled();
      await t.eventually(async () => (await mapping.get()).LastProcessingResult === 'OK');
      t.equal((await mapping.update({ Enabled: false })).LastProcessingResult, 'OK');
    },
  },
  {
    id: 'states.last-modified',
    section: '1.8',
    certainty: 'inferred',
    title: 'LastModified moves on with an update',
    async run(t) {
      const mapping = await t.mapping(await t.table(), { Enabled: false });
      const before = (await mapping.is('Disabled')).LastModified;
      await t.pause(0.05);
      t.ok(
        (await mapping.update({ BatchSize: 2 })).LastModified > before,
        'LastModified is later',
        before,
      );
    },
  },
  {
    id: 'states.in-use',
    section: '1.7',
    certainty: 'inferred',
    title: 'An update while the state is changing is refused by name, or taken',
    async run(t) {
      const mapping = await t.mapping(await t.table());
      try {
        await mapping.update({ BatchSize: 5 });
      } catch (error) {
        t.equal(
          [error.name, error.message],
          [
            'ResourceInUseException',
            'Cannot update the event source mapping because it is in use.',
          ],
        );
      }
      await mapping.enabled();
    },
  },
]);
