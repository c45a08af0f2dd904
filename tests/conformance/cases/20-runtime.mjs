// What the numbered behaviours say of the Runtime API, asked from inside a function.

import { InvokeCommand } from '@aws-sdk/client-lambda';

import { area } from '../framework/catalogue.mjs';

async function probed(t, probe) {
  const { name } = await t.ownFunction();
  const place = `${t.prefix} heard`;
  await t.lambda(
    new InvokeCommand({ FunctionName: name, Payload: JSON.stringify({ probe, place }) }),
  );
  const item = await t.eventually(() => t.suite.traceItem(place));
  return JSON.parse(item.heard.S);
}

export default area('Runtime API', [
  {
    id: 'runtime.answer',
    behaviour: 80,
    section: '8.1',
    title: 'An answer is taken with 202 {"status":"OK"}',
    async run(t) {
      const { status, text } = await probed(t, 'answer');
      t.equal([status, JSON.parse(text)], [202, { status: 'OK' }]);
    },
  },
  {
    id: 'runtime.wrong-id',
    behaviour: 80,
    section: '8.1',
    title: 'An answer to another request: 400 InvalidRequestID',
    async run(t) {
      const { status, text } = await probed(t, 'wrong id');
      t.equal([status, JSON.parse(text).errorType], [400, 'InvalidRequestID']);
    },
  },
  {
    id: 'runtime.too-large',
    behaviour: 80,
    section: '8.1',
    title: 'An answer above 6291556 bytes: 413 RequestEntityTooLarge',
    async run(t) {
      const { status, text } = await probed(t, 'too large');
      t.equal(
        [status, JSON.parse(text)],
        [
          413,
          {
            errorMessage: 'Exceeded maximum allowed payload size (6291556 bytes).',
            errorType: 'RequestEntityTooLarge',
          },
        ],
      );
    },
  },
]);
