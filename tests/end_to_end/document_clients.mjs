// The document clients of both generations of the AWS SDK for JavaScript, with one face: items in
// plain JavaScript go in and come out, failures have one shape. What the generations do differently
// is here, and nothing else is.

import {
  CreateTableCommand, DynamoDBClient, waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import {
  BatchExecuteStatementCommand, BatchGetCommand, BatchWriteCommand, DeleteCommand,
  DynamoDBDocumentClient, ExecuteStatementCommand, ExecuteTransactionCommand, GetCommand,
  NumberValue, PutCommand, QueryCommand, ScanCommand, TransactWriteCommand, UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import AWS from 'aws-sdk';

// Or v2 says on every start, right after it is loaded, that its support has ended.
process.env.AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE = '1';

// All that either generation needs to find the server.
function settings(endpoint) {
  return {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  };
}

// A request that was refused, in the same words for both generations.
class Refused extends Error {
  constructor({ name, message, status, requestId, attempts, item, reasons }) {
    super(message);
    Object.assign(this, { name, status, requestId, attempts, item, reasons });
  }
}

// Why a transaction was canceled, with items in plain JavaScript.
function plainReasons(reasons, unmarshall) {
  return reasons?.map(({ Item, ...reason }) =>
    Item ? { ...reason, Item: unmarshall(Item) } : reason);
}

export class ThirdGeneration {
  static title = 'AWS SDK v3: DynamoDBDocumentClient';

  constructor(endpoint, { wrapNumbers = false } = {}) {
    this.client = new DynamoDBClient(settings(endpoint));
    this.documents =
      DynamoDBDocumentClient.from(this.client, { unmarshallOptions: { wrapNumbers } });
  }

  async createTable(params) {
    await this.client.send(new CreateTableCommand(params));
    await waitUntilTableExists(
      { client: this.client, maxWaitTime: 30 }, { TableName: params.TableName });
  }

  get(params) { return this.#send(new GetCommand(params)); }
  put(params) { return this.#send(new PutCommand(params)); }
  update(params) { return this.#send(new UpdateCommand(params)); }
  delete(params) { return this.#send(new DeleteCommand(params)); }
  query(params) { return this.#send(new QueryCommand(params)); }
  scan(params) { return this.#send(new ScanCommand(params)); }
  batchGet(params) { return this.#send(new BatchGetCommand(params)); }
  batchWrite(params) { return this.#send(new BatchWriteCommand(params)); }
  transactWrite(params) { return this.#send(new TransactWriteCommand(params)); }
  executeStatement(params) { return this.#send(new ExecuteStatementCommand(params)); }
  batchExecuteStatement(params) { return this.#send(new BatchExecuteStatementCommand(params)); }
  executeTransaction(params) { return this.#send(new ExecuteTransactionCommand(params)); }

  // Every answer has `$metadata` beside what the server said.
  async #send(command) {
    try {
      const { $metadata: { httpStatusCode, requestId, attempts }, ...answer } =
        await this.documents.send(command);
      this.last = { status: httpStatusCode, requestId, attempts };
      return answer;
    } catch (error) {
      if (!error.$metadata) throw error;  // Not from the server.
      throw new Refused({
        name: error.name,
        message: error.message,
        status: error.$metadata.httpStatusCode,
        requestId: error.$metadata.requestId,
        attempts: error.$metadata.attempts,
        // The document client leaves the item of an error in the form of the wire.
        item: error.Item && unmarshall(error.Item),
        reasons: plainReasons(error.CancellationReasons, unmarshall),
      });
    }
  }

  // Sets are JavaScript's own, bytes are Uint8Array.
  set(...members) { return new Set(members); }
  bytes(...values) { return new Uint8Array(values); }

  // A number that is written with more digits than JavaScript's have.
  number(text) { return NumberValue.from(text); }
  // What an integer comes back as, without wrapNumbers: a BigInt where a number will not do.
  integerRead(text) { return Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text); }
}

const marshalled = (statement) => ({
  ...statement,
  Parameters: statement.Parameters?.map((value) => AWS.DynamoDB.Converter.input(value)),
});

export class SecondGeneration {
  static title = 'AWS SDK v2: AWS.DynamoDB.DocumentClient';

  constructor(endpoint, { wrapNumbers = false } = {}) {
    this.client = new AWS.DynamoDB(settings(endpoint));
    this.documents = new AWS.DynamoDB.DocumentClient({ service: this.client, wrapNumbers });
  }

  async createTable(params) {
    await this.client.createTable(params).promise();
    await this.client.waitFor('tableExists', { TableName: params.TableName }).promise();
  }

  get(params) { return this.#send(this.documents.get(params)); }
  put(params) { return this.#send(this.documents.put(params)); }
  update(params) { return this.#send(this.documents.update(params)); }
  delete(params) { return this.#send(this.documents.delete(params)); }
  query(params) { return this.#send(this.documents.query(params)); }
  scan(params) { return this.#send(this.documents.scan(params)); }
  batchGet(params) { return this.#send(this.documents.batchGet(params)); }
  batchWrite(params) { return this.#send(this.documents.batchWrite(params)); }
  transactWrite(params) { return this.#send(this.documents.transactWrite(params)); }

  // Of statements the document client of v2 knows nothing: what it does for items is done here.
  executeStatement(params) {
    return this.#sendStatements(this.client.executeStatement(marshalled(params)));
  }
  batchExecuteStatement(params) {
    return this.#sendStatements(this.client.batchExecuteStatement(
      { ...params, Statements: params.Statements.map(marshalled) }));
  }
  executeTransaction(params) {
    return this.#sendStatements(this.client.executeTransaction(
      { ...params, TransactStatements: params.TransactStatements.map(marshalled) }));
  }
  async #sendStatements(request) {
    const { unmarshall } = AWS.DynamoDB.Converter;
    const { Items, Responses, ...answer } = await this.#send(request);
    if (Items) answer.Items = Items.map((item) => unmarshall(item));
    if (Responses) {
      answer.Responses = Responses.map(({ Item, ...response }) =>
        Item ? { ...response, Item: unmarshall(Item) } : response);
    }
    return answer;
  }

  // Answers have a hidden `$response`; what is known of the exchange is there.
  async #send(request) {
    try {
      const answer = await request.promise();
      const { httpResponse, requestId, retryCount } = answer.$response;
      this.last = { status: httpResponse.statusCode, requestId, attempts: retryCount + 1 };
      return answer;
    } catch (error) {
      if (!error.statusCode) throw error;  // Not from the server.
      throw new Refused({
        name: error.code,
        message: error.message,
        status: error.statusCode,
        requestId: error.requestId,
        attempts: request.response.retryCount + 1,
        // Of members beside code and message v2 knows no types: they are as JSON has them.
        item: error.Item && AWS.DynamoDB.Converter.unmarshall(error.Item),
        reasons: plainReasons(error.CancellationReasons, AWS.DynamoDB.Converter.unmarshall),
      });
    }
  }

  // Sets are made by the client and come back as objects of that kind, bytes are Buffer.
  set(...members) { return this.documents.createSet(members); }
  bytes(...values) { return Buffer.from(values); }

  // The class of wrapped numbers has no public name; reading one makes one.
  number(text) { return AWS.DynamoDB.Converter.output({ N: text }, { wrapNumbers: true }); }
  // Without wrapNumbers always the nearest number that JavaScript has.
  integerRead(text) { return Number(text); }
}
