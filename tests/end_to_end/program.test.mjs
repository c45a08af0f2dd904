// The program itself: how it starts, refuses to start, and ends.

import { InvokeCommand } from '@aws-sdk/client-lambda';
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';

import {
  createFunction, createMapping, createQueue, createTable, putItem, putNumbered, until,
} from './resources.mjs';
import { runToEnd, startServer, temporaryFolder, test } from './server.mjs';

// One that has ended and only waits for its parent to ask how does not run.
const isRunning = (pid) => {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

test('health, and the text that DynamoDB itself gives', async (t) => {
  const server = await startServer(t);
  const health = await server.control('GET', 'health');
  assert.equal(health.status, 'ok');
  assert.match(health.version, /^\d+\.\d+\.\d+/);
  assert.match(await (await fetch(`${server.url}/`)).text(), /^healthy: /);
});

test('wrong arguments: exit status 2, and a message that names the argument', async () => {
  for (const [args, named] of [
    [['serve', '--prot', '8000'], '--prot'],
    [['serve', '--port', 'many'], '--port'],
    [['serve', '--port', '70000'], '--port'],
    [['serve', '--durability', 'perhaps'], '--durability'],
    [['serve', '--in-memory', '--data-dir', '/tmp/x'], '--in-memory'],
    [['serve', '--threads', '0'], '--threads'],
    [['sevre'], 'sevre'],
  ]) {
    const { status, errors } = await runToEnd(args);
    assert.equal(status, 2, args.join(' '));
    assert.ok(errors.includes(named), `${args.join(' ')}: ${errors}`);
  }
});

test('a second server on the same store refuses; the first goes on', async (t) => {
  const folder = await temporaryFolder(t);
  const server = await startServer(t, { folder });
  await createTable(server);
  const store = join(folder, 'store');
  const { status, errors } = await runToEnd(['serve', '--port', '0', '--data-dir', store]);
  assert.equal(status, 1);
  assert.ok(errors.includes(store), errors);
  assert.match(errors, /in use|another|already|lock/i);
  await putItem(server, { id: { S: 'a' } });
});

test('a port that is taken: exit status 1, and a message that names it', async (t) => {
  const server = await startServer(t);
  const port = new URL(server.url).port;
  const { status, errors } = await runToEnd(['serve', '--in-memory', '--port', port]);
  assert.equal(status, 1);
  assert.ok(errors.includes(port), errors);
});

test('a folder that cannot be written: exit status 1, and a message that names it', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'file'), '');
  const places = [join(folder, 'file'), join(folder, 'file', 'store'), '/proc/store'];
  if (process.getuid() !== 0) {
    await mkdir(join(folder, 'closed'), { mode: 0o500 });
    places.push(join(folder, 'closed', 'store'));
  }
  for (const place of places) {
    const { status, errors } = await runToEnd(['serve', '--port', '0', '--data-dir', place]);
    assert.equal(status, 1, place);
    assert.ok(errors.includes(place), errors);
  }
});

test('a store of another format is refused, and left as it is', async (t) => {
  const folder = await temporaryFolder(t);
  const store = join(folder, 'store');
  await mkdir(store);
  await writeFile(join(store, 'CURRENT'), 'this is not ours\n');
  const { status, errors } = await runToEnd(['serve', '--port', '0', '--data-dir', store]);
  assert.equal(status, 1);
  assert.ok(errors.includes(store), errors);
  assert.equal(await readFile(join(store, 'CURRENT'), 'utf8'), 'this is not ours\n');
});

test('SIGTERM ends it in order, with status 0 and no process left behind', async (t) => {
  const folder = await temporaryFolder(t);
  const server = await startServer(t, { folder });
  const notePid = {
    node: { files: { 'index.js': `
      const { appendFileSync } = require('node:fs');
      const child = require('node:child_process').spawn('sleep', ['1000']);
      exports.handler = async () => [process.pid, child.pid];` } },
    python: { Runtime: 'python3.12', Handler: 'app.handler', files: { 'app.py':
      'import os\ndef handler(event, context):\n    return [os.getpid()]\n' } },
  };
  const pids = [];
  for (const [name, settings] of Object.entries(notePid)) {
    await createFunction(server, folder, { name, ...settings });
    const { Payload } = await server.lambda.send(new InvokeCommand({ FunctionName: name }));
    pids.push(...JSON.parse(Buffer.from(Payload).toString()));
  }
  assert.equal(pids.length, 3);
  assert.ok(pids.every(isRunning));
  assert.deepEqual(await server.stop(), { status: 0, signal: null });
  await until(() => !pids.some(isRunning), 5);
});

test('SIGINT likewise, also while connections stand open and a poll is waiting', async (t) => {
  const server = await startServer(t);
  const { url } = await createQueue(server);
  const idle = connect(new URL(server.url).port, '127.0.0.1');
  idle.on('error', () => {});
  t.after(() => idle.destroy());
  await new Promise((resolve) => idle.once('connect', resolve));
  const poll = server.sqs.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 20 }))
    .catch(() => {});
  await server.control('GET', 'health');
  const started = Date.now();
  server.child.kill('SIGINT');
  assert.deepEqual(await server.ended, { status: 0, signal: null });
  assert.ok(Date.now() - started < 8000, 'it does not sit out the poll');
  await poll;
});

test('a batch in flight when it ends is delivered again, not lost', async (t) => {
  const folder = await temporaryFolder(t);
  const server = await startServer(t, { folder });
  const streamArn = await createTable(server);
  const { notes } = await createFunction(server, folder, { Timeout: 2, files: { 'index.js': `
    const { appendFileSync, existsSync } = require('node:fs');
    exports.handler = async () => {
      appendFileSync(process.env.EVENTS, '"called"\\n');
      if (!existsSync(process.env.EVENTS + '-go')) await new Promise(() => setInterval(() => {}, 1000));
    };` } });
  await createMapping(server, streamArn);
  await putNumbered(server, [1]);
  await until(async () => (await notes()).length > 0);
  const started = Date.now();
  assert.deepEqual(await server.stop(), { status: 0, signal: null });
  assert.ok(Date.now() - started < 6000, 'it waits for the time-out of the function at most');
  await writeFile(join(folder, 'events-f-go'), '');
  const before = (await notes()).length;
  const again = await startServer(t, { folder });
  await again.drain();
  assert.ok((await notes()).length > before);
});

test('a queue keeps its messages over a restart', async (t) => {
  const folder = await temporaryFolder(t);
  const server = await startServer(t, { folder });
  const { url } = await createQueue(server, 'kept');
  for (const MessageBody of ['1', '2', '3']) {
    await server.sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody }));
  }
  await server.kill();
  const again = await startServer(t, { folder });
  const QueueUrl = url.replace(server.url, again.url);
  const bodies = new Set();
  while (bodies.size < 3) {
    const { Messages = [] } = await again.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 2 }));
    assert.ok(Messages.length > 0);
    for (const { Body } of Messages) bodies.add(Body);
  }
  assert.deepEqual([...bodies].sort(), ['1', '2', '3']);
});

test('a page from elsewhere may not use it', async (t) => {
  const server = await startServer(t);
  const { port } = new URL(server.url);
  const status = (path, headers) => new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject).end();
  });
  const path = '/_dynamill/health';
  assert.equal(await status(path, {}), 200);
  assert.equal(await status(path, { origin: server.url }), 200);
  assert.equal(await status(path, { host: `localhost:${port}` }), 200);
  assert.equal(await status(path, { origin: 'https://evil.example' }), 403);
  assert.equal(await status(path, { host: `evil.example:${port}` }), 403);
  assert.equal(
    await status('/2015-03-31/functions', { origin: 'https://evil.example' }), 403);
});
