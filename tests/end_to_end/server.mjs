// The real program, started for a test: a free port, a folder of its own, and clients for it.

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test as testWithoutEnd } from 'node:test';
import { fileURLToPath } from 'node:url';

export const program = process.env.DYNAMILL ??
  fileURLToPath(new URL('../../build/dynamill', import.meta.url));

// A test that hangs is a failure.
export function test(name, body) {
  return testWithoutEnd(name, { timeout: 90_000 }, body);
}

// A folder that is gone when the test `t` is over.
export async function temporaryFolder(t) {
  const folder = await mkdtemp(join(tmpdir(), 'dynamill-test-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

// Runs `dynamill serve` until it is ready, and ends it with the test. Without `folder` the store is
// in memory. `through` is a command that starts the program it is given, as in ['prlimit', ...].
export async function startServer(t, { folder, args = [], through = [], env = {}, ...spawning } = {}) {
  const store = folder ? ['--data-dir', join(folder, 'store')] : ['--in-memory'];
  const [command, ...rest] =
    [...through, program, 'serve', '--port', '0', '--log-level', 'warn', ...store, ...args];
  const child = spawn(command, rest,
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env }, ...spawning });
  const server = new Server(child);
  t.after(() => server.kill());
  await server.ready();
  return server;
}

// Runs `dynamill` with arguments that make it end by itself: its exit status and what it said.
export async function runToEnd(args, options = {}) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  const server = new Server(child);
  const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
  const [status] = await once(child, 'close');
  clearTimeout(timer);
  return { status, errors: server.errors };
}

export class Server {
  errors = '';

  constructor(child) {
    this.child = child;
    this.ended = once(child, 'exit').then(([status, signal]) => ({ status, signal }));
    child.stderr.setEncoding('utf8').on('data', (text) => { this.errors += text; });
  }

  async ready() {
    const lines = createInterface({ input: this.child.stdout });
    const port = await new Promise((resolve, reject) => {
      lines.on('line', (line) => {
        const found = line.match(/^dynamill ready on http:\/\/127\.0\.0\.1:(\d+)$/);
        if (found) resolve(found[1]);
      });
      lines.on('close', () => reject(new Error(`no "dynamill ready" line; it said: ${this.errors}`)));
    });
    this.url = `http://127.0.0.1:${port}`;
    const settings = {
      endpoint: this.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    };
    this.dynamodb = new DynamoDBClient(settings);
    this.streams = new DynamoDBStreamsClient(settings);
    this.lambda = new LambdaClient(settings);
    this.sqs = new SQSClient(settings);
    this.sns = new SNSClient(settings);
    this.s3 = new S3Client({ ...settings, forcePathStyle: true });
  }

  // Ends it in order, as an init system would.
  async stop() {
    this.child.kill('SIGTERM');
    return await this.ended;
  }

  // Ends it as a crash would. Harmless when it is gone already.
  async kill() {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  // Not by `fetch`: at times that waits for ever for a server that was killed.
  async control(method, path, body) {
    const sent = request(`${this.url}/_dynamill/${path}`, {
      method,
      headers: body && { 'content-type': 'application/json' },
    });
    sent.end(body && JSON.stringify(body));
    const [response] = await once(sent, 'response');
    let text = '';
    for await (const part of response.setEncoding('utf8')) text += part;
    if (response.statusCode >= 300) {
      throw new Error(`${method} ${path}: ${response.statusCode} ${text}`);
    }
    return JSON.parse(text);
  }

  // Waits until every mapping has dealt with everything there is.
  async drain(timeoutSeconds = 60) {
    return await this.control('POST', 'drain', { timeoutSeconds });
  }

  async deliveries(mappingId) {
    const all = [];
    for (;;) {
      const after = all.length > 0 ? `?after=${encodeURIComponent(all.at(-1).deliveryId)}` : '';
      const { deliveries } = await this.control('GET', `mappings/${mappingId}/deliveries${after}`);
      if (deliveries.length === 0) return all;
      all.push(...deliveries);
    }
  }
}
