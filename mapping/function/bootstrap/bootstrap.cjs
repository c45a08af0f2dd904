'use strict';
// Runs the handler of a nodejs* function: asks the Runtime API for work, calls the handler, posts
// what comes of it. The rules are those of the runtime interface client of AWS: up to nodejs22.x
// with callbacks and context.done, from nodejs24.x on without.

const fs = require('fs');
const net = require('net');
const path = require('path');
const util = require('util');
const { pathToFileURL } = require('url');

const env = process.env;
const api = '/2018-06-01/runtime';
const generation = parseInt((env.AWS_EXECUTION_ENV || '').replace(/^.*nodejs/, ''), 10) || 0;
const hasCallbacks = generation < 24;

/** One connection that is kept. It holds the event loop only while an answer is awaited. */
class Client {
  constructor(address) {
    this.address = address;
    const [host, port] = address.split(':');
    this.socket = net.connect({ host, port: Number(port), noDelay: true });
    this.socket.setNoDelay(true);
    this.socket.on('data', (chunk) => this.take(chunk));
    this.socket.on('close', () => process.exit(1)); // The server is gone.
    this.socket.on('error', () => process.exit(1));
    this.socket.unref();
    this.chunks = [];
    this.size = 0;
    this.head = null;
    this.resolve = null;
  }

  request(method, target, fields, body) {
    const bytes = body === undefined ? null : Buffer.from(body);
    let head = `${method} ${api}${target} HTTP/1.1\r\nHost: ${this.address}\r\n`;
    for (const name in fields) head += `${name}: ${fields[name]}\r\n`;
    if (bytes) head += `Content-Type: application/json\r\nContent-Length: ${bytes.length}\r\n`;
    head += '\r\n';
    this.socket.ref();
    this.socket.write(bytes ? Buffer.concat([Buffer.from(head, 'latin1'), bytes]) : head, 'latin1');
    return new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  take(chunk) {
    this.chunks.push(chunk);
    this.size += chunk.length;
    if (!this.head) {
      const all = this.chunks.length === 1 ? chunk : Buffer.concat(this.chunks, this.size);
      const end = all.indexOf('\r\n\r\n');
      this.chunks = [all];
      if (end < 0) return;
      this.head = readHead(all.toString('latin1', 0, end));
      this.end = end + 4 + Number(this.head.fields['content-length'] || 0);
      this.begin = end + 4;
    }
    if (this.size < this.end) return;
    const all = this.chunks.length === 1 ? this.chunks[0] : Buffer.concat(this.chunks, this.size);
    const answer = { ...this.head, body: all.toString('utf8', this.begin, this.end) };
    this.chunks = [];
    this.size = 0;
    this.head = null;
    this.socket.unref();
    this.resolve(answer);
  }
}

function readHead(text) {
  const lines = text.split('\r\n');
  const fields = {};
  for (let i = 1; i < lines.length; i++) {
    const colon = lines[i].indexOf(':');
    fields[lines[i].slice(0, colon).toLowerCase()] = lines[i].slice(colon + 1).trim();
  }
  return { status: Number(lines[0].split(' ')[1]), fields };
}

// --- console ---

let requestId; // Of the invocation that runs, or of the last one.

function installConsole() {
  const write = (level, args) => {
    const text = util.format(...args).replace(/\n/g, '\r');
    process.stdout.write(`${new Date().toISOString()}\t${requestId}\t${level}\t${text}\n`);
  };
  console.log = (...args) => write('INFO', args);
  console.info = (...args) => write('INFO', args);
  console.debug = (...args) => write('DEBUG', args);
  console.warn = (...args) => write('WARN', args);
  console.error = (...args) => write('ERROR', args);
  console.fatal = (...args) => write('FATAL', args);
  console.trace = (...args) => {
    const at = { name: 'Trace', message: util.format(...args) };
    Error.captureStackTrace(at, console.trace);
    write('TRACE', [at.stack]);
  };
}

/** A full pipe takes no more for now; what was printed before an answer goes before it. */
async function flushOutput() {
  for (const stream of [process.stdout, process.stderr]) {
    if (stream.writableLength > 0) await new Promise((done) => stream.write('', done));
  }
}

// --- errors ---

function errorDocument(error) {
  try {
    if (util.types.isNativeError(error) || (error && error.name && error.message && error.stack)) {
      return {
        errorType: error.name,
        errorMessage: error.message,
        trace: String(error.stack || '').split('\n'),
      };
    }
    return { errorType: typeof error, errorMessage: error.toString(), trace: [] };
  } catch {
    return {
      errorType: 'handled',
      errorMessage:
        'callback called with Error argument, but there was a problem while retrieving one or ' +
        'more of its message, name, and stack',
    };
  }
}

function runtimeError(name, message) {
  const error = new Error(message);
  error.name = `Runtime.${name}`;
  return error;
}

function logError(what, error) {
  const document = errorDocument(error);
  const { errorType, errorMessage, trace } = document;
  const more = util.types.isNativeError(error) ? { ...error } : {};
  console.error(`${what} \t${safeJson({ errorType, errorMessage, ...more, stack: trace })}`);
}

function safeJson(value) {
  try {
    return JSON.stringify(value);
  } catch {
    return util.inspect(value);
  }
}

async function postError(client, target, error) {
  const document = errorDocument(error);
  await flushOutput();
  const type = String(document.errorType).replace(/[^\x21-\x7e]/g, '_');
  return client.request(
    'POST',
    target,
    { 'Lambda-Runtime-Function-Error-Type': type },
    JSON.stringify(document),
  );
}

// --- the handler ---

async function loadHandler(root, name) {
  if (name.includes('..')) {
    throw runtimeError(
      'MalformedHandlerName',
      `'${name}' is not a valid handler name. Use absolute paths when specifying root ` +
        'directories in handler names.',
    );
  }
  const base = path.basename(name);
  const folder = name.slice(0, name.indexOf(base));
  const dot = base.indexOf('.');
  if (dot < 0) throw runtimeError('MalformedHandlerName', 'Bad handler');

  const module = await loadModule(root, folder, base.slice(0, dot));
  let handler = member(module, base.slice(dot + 1));
  if (handler === undefined && !hasCallbacks) handler = member(module.default, base.slice(dot + 1));
  if (handler === undefined) {
    throw runtimeError('HandlerNotFound', `${name} is undefined or not exported`);
  }
  if (typeof handler !== 'function') {
    throw runtimeError('HandlerNotFound', `${name} is not a function`);
  }
  if (!hasCallbacks && handler.length > 2) {
    throw runtimeError(
      'CallbackHandlerDeprecated',
      'ERROR: AWS Lambda has removed support for callback-based function handlers starting with ' +
        'Node.js 24. You need to modify this function to use a supported handler signature to ' +
        'use Node.js 24 or later. For more information see ' +
        'https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.',
    );
  }
  return handler;
}

function member(object, names) {
  return names.split('.').reduce((at, name) => (at === undefined || at === null ? at : at[name]), object);
}

async function loadModule(root, folder, name) {
  const file = path.resolve(root, folder, name);
  try {
    if (isFile(file)) return require(file);
    if (isFile(`${file}.js`)) {
      return isModulePackage(path.dirname(file))
        ? await import(pathToFileURL(`${file}.js`).href)
        : require(`${file}.js`);
    }
    if (isFile(`${file}.mjs`)) return await import(pathToFileURL(`${file}.mjs`).href);
    if (isFile(`${file}.cjs`)) return require(`${file}.cjs`);
    return require(require.resolve(name, { paths: [root, path.join(root, folder)] }));
  } catch (error) {
    if (error instanceof SyntaxError) throw runtimeError('UserCodeSyntaxError', String(error));
    if (error && (error.code === 'MODULE_NOT_FOUND' || error.code === 'ERR_MODULE_NOT_FOUND')) {
      explainMissing(error);
      throw runtimeError('ImportModuleError', String(error));
    }
    throw error;
  }
}

/** AWS's runtimes bring the SDK along, ours take what is installed. */
function explainMissing(error) {
  const missing = /Cannot find (?:module|package) '(aws-sdk|@aws-sdk\/[^'/]+|@smithy\/[^'/]+)/.exec(
    String(error.message),
  );
  if (!missing) return;
  console.error(
    `The handler needs ${missing[1]}, which is not installed: run "npm install ${missing[1]}" ` +
      'beside its code or in the folder where the server was started',
  );
}

function isFile(file) {
  return fs.statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}

function isModulePackage(folder) {
  for (let at = folder; path.basename(at) !== 'node_modules'; at = path.dirname(at)) {
    try {
      return JSON.parse(fs.readFileSync(path.join(at, 'package.json'), 'utf8')).type === 'module';
    } catch (error) {
      if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') return false;
    }
    if (at === path.dirname(at)) return false;
  }
  return false;
}

// --- one invocation ---

/** First come, first served: of callback, promise, done, succeed and fail the first one decides. */
class Invocation {
  constructor(answer) {
    const { fields } = answer;
    this.id = fields['lambda-runtime-aws-request-id'];
    this.fields = fields;
    this.body = answer.body;
    this.isDecided = false;
    this.isPosted = false;
    this.waitsForEmptyLoop = true;
    this.whenLoopIsEmpty = null;
    this.finished = new Promise((resolve) => {
      this.finish = resolve;
    });
  }

  context() {
    const context = {
      functionName: env.AWS_LAMBDA_FUNCTION_NAME,
      functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
      memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
      logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
      logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
      clientContext: parsed(this.fields['lambda-runtime-client-context']),
      identity: parsed(this.fields['lambda-runtime-cognito-identity']),
      invokedFunctionArn: this.fields['lambda-runtime-invoked-function-arn'],
      awsRequestId: this.id,
      tenantId: this.fields['lambda-runtime-aws-tenant-id'],
      getRemainingTimeInMillis: () =>
        Number(this.fields['lambda-runtime-deadline-ms']) - Date.now(),
    };
    if (!hasCallbacks) return context;
    Object.defineProperty(context, 'callbackWaitsForEmptyEventLoop', {
      enumerable: true,
      get: () => this.waitsForEmptyLoop,
      set: (value) => {
        this.waitsForEmptyLoop = value;
      },
    });
    context.succeed = (value) => this.decide(() => this.succeed(value));
    context.fail = (error) => this.decide(() => this.fail(error));
    context.done = (error, value) =>
      this.decide(() => (isMissing(error) ? this.succeed(value) : this.fail(error)));
    return context;
  }

  /** The third parameter of the handler. */
  callback(error, value) {
    this.decide(() => {
      if (!isMissing(error)) return this.fail(error);
      if (!this.waitsForEmptyLoop) return this.succeed(value);
      this.whenLoopIsEmpty = () => this.succeed(value);
    });
  }

  decide(then) {
    if (this.isDecided) return;
    this.isDecided = true;
    then();
  }

  run(handler) {
    // Whoever neither returns nor calls anything is done when nothing is left to do.
    this.whenLoopIsEmpty = () => this.decide(() => this.succeedOrTellNever());
    let result;
    try {
      const event = JSON.parse(this.body);
      const context = this.context();
      result = hasCallbacks
        ? handler(event, context, (error, value) => this.callback(error, value))
        : handler(event, context);
    } catch (error) {
      return this.decide(() => this.fail(error));
    }
    if (result && typeof result.then === 'function') {
      result.then(
        (value) => this.decide(() => this.succeed(value)),
        (error) => this.decide(() => this.fail(error)),
      );
    } else if (!hasCallbacks) {
      this.decide(() => this.succeed(result));
    }
  }

  succeedOrTellNever() {
    if (hasCallbacks) return this.succeed(null);
    this.fail(
      runtimeError(
        'NodeJsExit',
        'The Lambda runtime client detected an unexpected Node.js exit code. This is most ' +
          'commonly caused by a Promise that was never settled. For more information, see ' +
          'https://nodejs.org/docs/latest/api/process.html#exit-codes',
      ),
    );
  }

  async succeed(value) {
    let body;
    try {
      body = JSON.stringify(value === undefined ? null : value);
      if (body === undefined) body = 'null';
    } catch {
      return this.fail(new Error('Unable to stringify response body'));
    }
    if (this.isPosted) return;
    this.isPosted = true;
    await flushOutput();
    await client.request('POST', `/invocation/${this.id}/response`, {}, body);
    this.finish();
  }

  async fail(error) {
    if (this.isPosted) return;
    this.isPosted = true;
    logError('Invoke Error', error);
    await postError(client, `/invocation/${this.id}/error`, error);
    this.finish();
  }
}

function isMissing(value) {
  return value === undefined || value === null;
}

function parsed(text) {
  if (!text) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    logError('Cannot parse the context of the client', error);
    return undefined;
  }
}

// --- the process ---

const client = new Client(env.AWS_LAMBDA_RUNTIME_API);
let current = null; // The invocation that runs.
let isReady = false;
let isEnding = false;

async function endBy(what, error, status) {
  if (isEnding) return;
  isEnding = true;
  logError(what, error);
  if (!isReady) {
    await postError(client, '/init/error', error);
  } else if (current && !current.isPosted) {
    current.isPosted = true;
    await postError(client, `/invocation/${current.id}/error`, error);
  }
  process.exit(status);
}

async function main() {
  installConsole();
  globalThis.awslambda = {
    streamifyResponse() {
      throw new Error('Response streaming is not supported by this version of Dynamill');
    },
  };
  process.on('uncaughtException', (error) => endBy('Uncaught Exception', error, 129));
  process.on('unhandledRejection', (reason) => {
    const error = runtimeError('UnhandledPromiseRejection', String(reason));
    if (util.types.isNativeError(reason)) error.stack = reason.stack;
    endBy('Unhandled Promise Rejection', error, 128);
  });
  process.on('beforeExit', () => {
    if (current && !current.isPosted && current.whenLoopIsEmpty) current.whenLoopIsEmpty();
  });

  let handler;
  try {
    handler = await loadHandler(env.LAMBDA_TASK_ROOT, env._HANDLER);
  } catch (error) {
    return endBy('Uncaught Exception', error, 1);
  }
  isReady = true;
  for (;;) {
    const answer = await client.request('GET', '/invocation/next', {});
    if (answer.status !== 200) process.exit(1);
    current = new Invocation(answer);
    requestId = current.id;
    env._X_AMZN_TRACE_ID = current.fields['lambda-runtime-trace-id'] || '';
    current.run(handler);
    await current.finished;
    current = null;
  }
}

main();
