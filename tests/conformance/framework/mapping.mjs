// A mapping of a case, and what its function has seen.

import { DeleteEventSourceMappingCommand } from '@aws-sdk/client-lambda';

import { Failure } from './refusal.mjs';
import { withoutMetadata } from './reply.mjs';

export class Mapping {
  constructor(t, reply, target) {
    Object.assign(this, { t, reply, target, uuid: reply.UUID, sourceArn: reply.EventSourceArn });
  }

  async get() {
    return await this.t.get(this.uuid);
  }

  async is(state, seconds = 30) {
    return await this.t.eventually(
      async () => {
        const mapping = await this.get();
        return mapping.State === state && mapping;
      },
      { seconds, what: `the mapping is ${state}` },
    );
  }

  async enabled() {
    await this.is('Enabled');
    return this;
  }

  async update(members) {
    return await this.t.update({ UUID: this.uuid, ...members });
  }

  async delete() {
    return withoutMetadata(
      await this.t.lambda(new DeleteEventSourceMappingCommand({ UUID: this.uuid })),
    );
  }

  async calls() {
    return await this.t.calls(this.target, this.sourceArn);
  }

  // The ids of the records of each call.
  async batches() {
    return (await this.calls()).map(({ ids }) => ids);
  }

  // Waits for so many calls, and gives all there are.
  async called(count, seconds = 20) {
    let calls = [];
    return await this.t.eventually(
      async () => {
        calls = await this.calls();
        if (calls.length < count)
          throw new Failure(
            'too few calls',
            `${count} calls or more`,
            calls.map(({ ids }) => ids),
          );
        return calls;
      },
      { seconds },
    );
  }

  // Waits until all these have been seen, and gives all calls.
  async seen(ids, seconds = 20) {
    return await this.t.eventually(
      async () => {
        const calls = await this.calls();
        const all = new Set(calls.flatMap((call) => call.ids));
        const missing = ids.filter((id) => !all.has(id));
        if (missing.length > 0) {
          throw new Failure(
            'records have not been delivered',
            ids,
            calls.map((call) => call.ids),
          );
        }
        return calls;
      },
      { seconds },
    );
  }
}
