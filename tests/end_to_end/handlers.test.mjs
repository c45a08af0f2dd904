// What handlers are given: the event, member by member, and their environment.

import { DeleteItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateFunctionCommand, InvokeCommand, UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import {
  createFunction, createMapping, createTable, functionIsActive, mappingIsIn, putItem,
  readStream, until,
} from './resources.mjs';
import { startServer, temporaryFolder, test } from './server.mjs';

const noteEvent = {
  node: {
    Runtime: 'nodejs22.x',
    Handler: 'index.handler',
    files: { 'index.mjs': `
      import { appendFileSync } from 'node:fs';
      export const handler = async (event) => {
        appendFileSync(process.env.EVENTS, JSON.stringify(event) + '\\n');
      };` },
  },
  python: {
    Runtime: 'python3.12',
    Handler: 'app.handler',
    files: { 'app.py': [
      'import json, os',
      'def handler(event, context):',
      '    with open(os.environ["EVENTS"], "a") as notes:',
      '        notes.write(json.dumps(event) + "\\n")',
    ].join('\n') },
  },
  shell: {
    Runtime: 'provided.al2023',
    Handler: 'none',
    files: { bootstrap: [
      '#!/bin/sh',
      '# The Runtime API with curl: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-walkthrough.html',
      'runtime="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"',
      'headers=$(mktemp)',
      'while true; do',
      '  event=$(curl -sS -D "$headers" "$runtime/next") || exit 1',
      '  id=$(tr -d "\\r" <"$headers" | sed -n "s/^Lambda-Runtime-Aws-Request-Id: //ip")',
      '  printf "%s\\n" "$event" >>"$EVENTS"',
      '  curl -sS -o /dev/null -d null "$runtime/$id/response"',
      'done',
    ].join('\n') },
  },
};

for (const [language, settings] of Object.entries(noteEvent)) {
  test(`a ${language} handler receives the event of the service, member by member`, async (t) => {
    const folder = await temporaryFolder(t);
    const server = await startServer(t);
    const streamArn = await createTable(server, 'Recorded', 'NEW_IMAGE', 'my_partition_key');
    await putItem(server, {
      my_partition_key: { S: 'hello world' },
      binary_key: { B: new TextEncoder().encode('foobar') },
    }, 'Recorded');
    const { notes } = await createFunction(server, folder, settings);
    await createMapping(server, streamArn);
    await server.drain();

    const [text, ...others] = await notes();
    assert.equal(others.length, 0);
    const event = JSON.parse(text);
    const [inStream] = await readStream(server, streamArn);

    // In the order in which the service writes them.
    assert.deepEqual(Object.keys(event), ['Records']);
    assert.equal(event.Records.length, 1);
    const [record] = event.Records;
    assert.deepEqual(Object.keys(record), ['eventID', 'eventName', 'eventVersion', 'eventSource',
      'awsRegion', 'dynamodb', 'eventSourceARN']);
    assert.deepEqual(Object.keys(record.dynamodb), ['ApproximateCreationDateTime', 'Keys', 'NewImage',
      'SequenceNumber', 'SizeBytes', 'StreamViewType']);

    assert.match(record.eventID, /^[0-9a-f]{32}$/);
    assert.match(record.dynamodb.SequenceNumber, /^\d{21,40}$/);
    assert.deepEqual(event, { Records: [{
      eventID: inStream.eventID,
      eventName: 'INSERT',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'us-east-1',
      dynamodb: {
        ApproximateCreationDateTime:
          inStream.dynamodb.ApproximateCreationDateTime.getTime() / 1000,
        Keys: { my_partition_key: { S: 'hello world' } },
        NewImage: { binary_key: { B: 'Zm9vYmFy' }, my_partition_key: { S: 'hello world' } },
        SequenceNumber: inStream.dynamodb.SequenceNumber,
        SizeBytes: 70,
        StreamViewType: 'NEW_IMAGE',
      },
      eventSourceARN: streamArn,
    }] });
    if (language !== 'node') {  // JavaScript does not tell 1.0 from 1.
      assert.match(text, /"ApproximateCreationDateTime": ?\d{10}\.0,/);
    }
  });
}

test('images that the view leaves out, or that there are not, are absent', async (t) => {
  const folder = await temporaryFolder(t);
  const server = await startServer(t);
  const streams = {};
  const functions = {};
  for (const view of ['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES']) {
    streams[view] = await createTable(server, view, view);
    functions[view] = await createFunction(server, folder, { ...noteEvent.node, name: view });
    await createMapping(server, streams[view], { FunctionName: view });
    const Key = { id: { S: 'a' } };
    await putItem(server, Key, view);
    await server.dynamodb.send(new UpdateItemCommand({
      TableName: view, Key, UpdateExpression: 'SET b = :b', ExpressionAttributeValues: { ':b': { S: 'x' } },
    }));
    await server.dynamodb.send(new DeleteItemCommand({ TableName: view, Key }));
  }
  await server.drain();

  const id = { id: { S: 'a' } };
  const both = { id: { S: 'a' }, b: { S: 'x' } };
  const expected = {
    KEYS_ONLY: [{}, {}, {}],
    NEW_IMAGE: [{ NewImage: id }, { NewImage: both }, {}],
    OLD_IMAGE: [{}, { OldImage: id }, { OldImage: both }],
    NEW_AND_OLD_IMAGES:
      [{ NewImage: id }, { NewImage: both, OldImage: id }, { OldImage: both }],
  };
  for (const [view, images] of Object.entries(expected)) {
    const records = (await functions[view].notes()).flatMap((text) => JSON.parse(text).Records);
    assert.deepEqual(records.map(({ eventName }) => eventName), ['INSERT', 'MODIFY', 'REMOVE'], view);
    assert.deepEqual(
      records.map(({ dynamodb: { NewImage, OldImage } }) =>
        ({ ...(NewImage && { NewImage }), ...(OldImage && { OldImage }) })),
      images, view);
    for (const { dynamodb, userIdentity } of records) {
      assert.deepEqual(dynamodb.Keys, id);
      assert.equal(userIdentity, undefined);
    }
  }
});

test('the batch size caps a batch, and the order is the order of the writes', async (t) => {
  const folder = await temporaryFolder(t);
  const server = await startServer(t);
  const streamArn = await createTable(server);
  for (let number = 0; number < 25; ++number) await putItem(server, { id: { S: String(number) } });
  const { notes } = await createFunction(server, folder, noteEvent.node);
  await createMapping(server, streamArn, { BatchSize: 10 });
  await server.drain();
  const events = (await notes()).map((text) => JSON.parse(text));
  assert.deepEqual(events.map(({ Records }) => Records.length), [10, 10, 5]);
  assert.deepEqual(
    events.flatMap(({ Records }) => Records.map(({ dynamodb }) => dynamodb.Keys.id.S)),
    Array.from({ length: 25 }, (_, number) => String(number)));
});

test('LATEST: what was written before the mapping stays out', async (t) => {
  const folder = await temporaryFolder(t);
  const server = await startServer(t);
  const streamArn = await createTable(server);
  await putItem(server, { id: { S: 'before' } });
  const { notes } = await createFunction(server, folder, noteEvent.node);
  const mapping = await createMapping(server, streamArn, { StartingPosition: 'LATEST' });
  await mappingIsIn(server, mapping, 'Enabled');
  await putItem(server, { id: { S: 'after' } });
  await server.drain();
  const ids = (await notes()).flatMap((text) =>
    JSON.parse(text).Records.map(({ dynamodb }) => dynamodb.Keys.id.S));
  assert.deepEqual(ids, ['after']);
});

test('a handler sees what Lambda sets, and nothing of the credentials of who started the server',
  async (t) => {
    const folder = await temporaryFolder(t);
    const server = await startServer(t, { env: {
      AWS_ACCESS_KEY_ID: 'AKIAREALREALREALREAL',
      AWS_SECRET_ACCESS_KEY: 'real-secret',
      AWS_SESSION_TOKEN: 'real-token',
      AWS_PROFILE: 'production',
      AWS_SHARED_CREDENTIALS_FILE: '/real/credentials',
      MY_OWN_SECRET: 'real-own',
    } });
    for (const [name, settings] of Object.entries({
      node: { files: { 'index.js':
        'exports.handler = async () => ({ ...process.env, cwd: process.cwd() });' } },
      python: { Runtime: 'python3.11', Handler: 'app.handler', files: { 'app.py':
        'import os\ndef handler(event, context):\n    return dict(os.environ, cwd=os.getcwd())\n' } },
    })) {
      await createFunction(server, folder, { name, ...settings, Variables: { MINE: 'mine' } });
      const { Payload, FunctionError } = await server.lambda.send(
        new InvokeCommand({ FunctionName: name }));
      const text = Buffer.from(Payload).toString();
      assert.equal(FunctionError, undefined, text);
      assert.doesNotMatch(text, /real/i);
      const environment = JSON.parse(text);
      assert.equal(environment.AWS_PROFILE, undefined);
      assert.equal(environment.AWS_LAMBDA_FUNCTION_NAME, name);
      assert.equal(environment.AWS_REGION, 'us-east-1');
      assert.equal(environment.AWS_ENDPOINT_URL, server.url);
      assert.ok(environment.AWS_ACCESS_KEY_ID && environment.AWS_SECRET_ACCESS_KEY);
      assert.equal(environment.MINE, 'mine');
      assert.equal(environment.cwd, environment.LAMBDA_TASK_ROOT);
    }
  });

test('code from a zip, and other code in its place', async (t) => {
  const folder = await temporaryFolder(t);
  const server = await startServer(t);
  const zip = async (answer) => {
    const code = join(folder, answer);
    await mkdir(code);
    await writeFile(join(code, 'bootstrap'), noteEvent.shell.files.bootstrap
      .replace('-d null', `-d '"${answer}"'`));
    await chmod(join(code, 'bootstrap'), 0o755);
    execFileSync('/usr/bin/python3', ['-m', 'zipfile', '-c', `${code}.zip`, join(code, 'bootstrap')]);
    return await readFile(`${code}.zip`);
  };
  const invoke = async () => {
    const { Payload, FunctionError } =
      await server.lambda.send(new InvokeCommand({ FunctionName: 'zipped' }));
    assert.equal(FunctionError, undefined, Buffer.from(Payload).toString());
    return JSON.parse(Buffer.from(Payload).toString());
  };
  await server.lambda.send(new CreateFunctionCommand({
    FunctionName: 'zipped', Role: 'arn:aws:iam::000000000000:role/test', Runtime: 'provided.al2023',
    Handler: 'none', Timeout: 10, Code: { ZipFile: await zip('first') },
    Environment: { Variables: { EVENTS: join(folder, 'events') } },
  }));
  await functionIsActive(server, 'zipped');
  assert.equal(await invoke(), 'first');
  await server.lambda.send(
    new UpdateFunctionCodeCommand({ FunctionName: 'zipped', ZipFile: await zip('second') }));
  await functionIsActive(server, 'zipped');
  await until(async () => await invoke() === 'second');
});

test('[80] the Runtime API answers 202, 400 to a wrong id, 413 to a reply that is too large', async (t) => {
  const folder = await temporaryFolder(t);
  const server = await startServer(t);
  // Replies with as many bytes as it is told, and notes what the Runtime API says to that.
  const { notes } = await createFunction(server, folder, {
    Runtime: 'provided.al2023', Handler: 'none',
    files: { bootstrap: [
      '#!/bin/sh',
      'api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"',
      'headers=$(mktemp) answer=$(mktemp) reply=$(mktemp)',
      'note() {',
      '  status=$(curl -sS -o "$answer" -w "%{http_code}" "$@")',
      '  printf "[%s,%s]\\n" "$status" "$(cat "$answer")" >>"$EVENTS"',
      '}',
      'while true; do',
      '  size=$(curl -sS -D "$headers" "$api/next") || exit 1',
      '  id=$(tr -d "\\r" <"$headers" | sed -n "s/^Lambda-Runtime-Aws-Request-Id: //ip")',
      '  note "$api/nobody/response" -d null',
      '  head -c "$size" /dev/zero | tr "\\0" 1 >"$reply"',
      '  note "$api/$id/response" --data-binary "@$reply"',
      'done',
    ].join('\n') },
  });
  for (const size of [6_291_556, 6_291_557]) {
    await server.lambda.send(new InvokeCommand({ FunctionName: 'f', Payload: String(size) }));
  }
  await until(async () => (await notes()).length === 4);
  const wrongId = [400, { errorMessage: 'Invalid request ID', errorType: 'InvalidRequestID' }];
  assert.deepEqual((await notes()).map((text) => JSON.parse(text)), [
    wrongId,
    [202, { status: 'OK' }],
    wrongId,
    [413, { errorMessage: 'Exceeded maximum allowed payload size (6291556 bytes).',
      errorType: 'RequestEntityTooLarge' }],
  ]);
});
