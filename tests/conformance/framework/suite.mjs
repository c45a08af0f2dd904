// What the cases of a run share: clients, the trace table, the functions.

import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

import { isUnsupported, Unsupported } from './refusal.mjs';
import { zip } from './zip.mjs';

// Functions that cases share: processes are dear. `brief` is for what has to time out, and for queues
// whose messages come back soon.
const sharedFunctions = {
  main: { Timeout: 20 },
  second: { Timeout: 20 },
  brief: { Timeout: 3 },
  python: { Timeout: 20, python: true },
};

export class Suite {
  run = randomBytes(3).toString('hex');
  #functions = new Map();
  #code = new Map();
  #trace;
  #made = [];
  #abort = new AbortController();

  constructor(options) {
    this.options = options;
    const settings = {
      region: options.region,
      maxAttempts: options.endpoint ? 2 : 8,
      requestHandler: { httpAgent: { maxSockets: 200 }, httpsAgent: { maxSockets: 200 } },
      ...(options.endpoint && { endpoint: options.endpoint }),
      ...(options.endpoint &&
        !process.env.AWS_ACCESS_KEY_ID && {
          credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
        }),
    };
    this.dynamodb = new DynamoDBClient(settings);
    this.streams = new DynamoDBStreamsClient(settings);
    this.lambda = new LambdaClient(settings);
    this.sqs = new SQSClient(settings);
    this.sns = new SNSClient(settings);
    this.s3 = new S3Client({ ...settings, forcePathStyle: Boolean(options.endpoint) });
  }

  get signal() {
    return this.#abort.signal;
  }

  abort() {
    this.#abort.abort();
  }

  // Sends a command. A refusal by name ends the case as unsupported; any other error is thrown as it is, with
  // the body that came over the wire as `wire`.
  async send(client, command) {
    let wire;
    command.middlewareStack.add(
      (next) => async (args) => {
        const answer = await next(args);
        if (answer.response?.statusCode >= 300 && answer.response.body) {
          const parts = [];
          for await (const part of answer.response.body) parts.push(Buffer.from(part));
          wire = Buffer.concat(parts).toString('utf8');
          answer.response.body = Buffer.concat(parts);
        }
        return answer;
      },
      { step: 'deserialize', priority: 'low' },
    );
    try {
      return await client.send(command);
    } catch (error) {
      if (isUnsupported(error)) {
        throw new Unsupported(
          `${command.constructor.name.replace('Command', '')}: ${error.message || error.name}`,
        );
      }
      error.wire = wire;
      throw error;
    }
  }

  // Asks until there is an answer, and throws what was wrong with the last one when time is up.
  async eventually(question, { seconds = 15, every = 50, what = String(question) } = {}) {
    const { patience } = this.options;
    const deadline = Date.now() + seconds * 1000 * patience;
    for (let wait = every; ; wait = Math.min(wait * 1.2, 400)) {
      this.signal.throwIfAborted();
      const late = Date.now() >= deadline;
      try {
        const answer = await question();
        if (answer !== undefined && answer !== false && answer !== null) return answer;
        if (late)
          throw new Error(`it did not come to pass within ${seconds * patience} s: ${what}`);
      } catch (error) {
        if (late || error instanceof Unsupported) throw error;
      }
      await pause(wait * Math.min(patience, 10));
    }
  }

  // The name of something made, unique to the run. `undo` takes it away when the run is over.
  later(undo) {
    this.#made.push(undo);
  }

  async trace() {
    this.#trace ??= this.#createTrace();
    return await this.#trace;
  }

  async #createTrace() {
    const TableName = `conformance-${this.run}-trace`;
    await this.send(
      this.dynamodb,
      new CreateTableCommand({
        TableName,
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
    this.later(() => this.dynamodb.send(new DeleteTableCommand({ TableName })));
    await this.eventually(
      async () => {
        const { Table } = await this.send(this.dynamodb, new DescribeTableCommand({ TableName }));
        return Table.TableStatus === 'ACTIVE';
      },
      { seconds: 60 },
    );
    return TableName;
  }

  async traceItem(id) {
    const { Item } = await this.send(
      this.dynamodb,
      new GetItemCommand({
        TableName: await this.trace(),
        Key: { id: { S: id } },
        ConsistentRead: true,
      }),
    );
    return Item;
  }

  async openGate(name) {
    await this.send(
      this.dynamodb,
      new PutItemCommand({ TableName: await this.trace(), Item: { id: { S: `gate ${name}` } } }),
    );
  }

  async shared(name) {
    if (!this.#functions.has(name)) {
      this.#functions.set(
        name,
        this.createFunction(`conformance-${this.run}-${name}`, sharedFunctions[name], (undo) =>
          this.later(undo),
        ),
      );
    }
    return await this.#functions.get(name);
  }

  async createFunction(FunctionName, { python = false, ...settings }, later) {
    const { role, runtime, pythonRuntime, handlerEndpoint } = this.options;
    const { FunctionArn } = await this.send(
      this.lambda,
      new CreateFunctionCommand({
        FunctionName,
        Role: role,
        Runtime: python ? pythonRuntime : runtime,
        Handler: python ? 'handler.handler' : 'index.handler',
        Code: {
          ZipFile: await this.#zip(
            python ? ['handler.py'] : ['index.js', 'dynamodb.js', 'probe.js'],
          ),
        },
        Environment: {
          Variables: {
            TRACE_TABLE: await this.trace(),
            ...(handlerEndpoint && { CONFORMANCE_ENDPOINT: handlerEndpoint }),
          },
        },
        ...settings,
      }),
    );
    later(() => this.lambda.send(new DeleteFunctionCommand({ FunctionName })));
    await this.eventually(
      async () => {
        const { State } = await this.send(
          this.lambda,
          new GetFunctionConfigurationCommand({ FunctionName }),
        );
        return State === 'Active';
      },
      { seconds: 60, what: `${FunctionName} is active` },
    );
    return { name: FunctionName, arn: FunctionArn };
  }

  async #zip(names) {
    const key = names.join();
    if (!this.#code.has(key)) {
      const files = await Promise.all(
        names.map(async (name) => [
          name,
          await readFile(new URL(`../handler/${name}`, import.meta.url)),
        ]),
      );
      this.#code.set(key, zip(Object.fromEntries(files)));
    }
    return this.#code.get(key);
  }

  async end() {
    if (this.options.keep) return;
    await undoAll(this.#made);
  }
}

// Takes away what was made, the last first. What is gone already needs nothing; what is in use is asked
// again, and in the end left to whoever reads the warning.
export async function undoAll(made) {
  for (const undo of made.splice(0).reverse()) {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await undo();
        break;
      } catch (error) {
        if (/NotFound|NonExistent|NoSuch|DoesNotExist/.test(error.name)) break;
        if (attempt === 10 || error instanceof TypeError) {
          console.error(`left behind: ${error.name}: ${error.message}`);
          break;
        }
        await pause(200 * attempt);
      }
    }
  }
}
