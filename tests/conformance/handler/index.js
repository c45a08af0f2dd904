// The function of every case. It writes down each call before it does anything else, and then does what
// the records of the batch tell it to: `do` holds JSON, in the item of a stream record, or in the body of
// a message.
//
//   {"throw": true}               throws                  {"exit": 3}        ends the process
//   {"hang": true}                never answers           {"hold": 500}      waits so many milliseconds
//   {"gate": "name"}              waits until the case opens that gate
//   {"fail": true}                reports this record in batchItemFailures
//   {"answer": "[1, 2]"}          answers this JSON; $ID stands for the record's identifier
//   {"large": 7000000}            answers a text of so many characters
//   {"state": false}              in a tumbling window: answers without state
//   {"stateBytes": 2000000}       in a tumbling window: answers with a state so large
//   "times": 2                    with any of them: only in the first so many calls with this record
//
// In a tumbling window the state it hands on is {"ids": [...]}, the records of the window so far.

const { client } = require('./dynamodb.js');

const table = process.env.TRACE_TABLE;
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

exports.handler = async (event, context) => {
  if (event.probe) return await require('./probe.js').probe(event, context);
  const records = (event.Records ?? []).map(described);
  const place = `${context.functionName} ${event.eventSourceARN ?? event.Records[0].eventSourceARN}`;
  await note(place, {
    id: context.awsRequestId,
    at: Date.now(),
    arn: context.invokedFunctionArn,
    ...told(event, records),
  });

  const acting = [];
  for (const record of records) {
    if (record.do && (await isStillActive(record))) acting.push(record);
  }
  const wanted = (name) => acting.find((record) => record.do[name] !== undefined)?.do[name];

  for (const record of acting) {
    if (record.do.hold) await pause(record.do.hold);
    if (record.do.gate) await opened(`gate ${record.do.gate}`);
  }
  if (acting.some((record) => record.do.hold || record.do.gate)) {
    await note(place, { id: context.awsRequestId, ended: Date.now() });
  }
  if (wanted('hang'))
    await new Promise(() => {
      setInterval(() => {}, 1000);
    });
  if (wanted('exit') !== undefined) process.exit(wanted('exit'));
  if (wanted('throw')) throw new Error('told to throw');
  if (wanted('large')) return 'x'.repeat(wanted('large'));

  const answering = acting.find((record) => record.do.answer !== undefined);
  if (answering) return JSON.parse(answering.do.answer.replaceAll('$ID', answering.identifier));

  // The last one first: the order of the list is not what decides.
  const failed = acting.filter((record) => record.do.fail).reverse();
  const batchItemFailures = failed.map((record) => ({ itemIdentifier: record.identifier }));
  if (event.window && wanted('state') !== false) {
    const state = { ids: [...(event.state?.ids ?? []), ...records.map((record) => record.id)] };
    if (wanted('stateBytes')) state.filling = 'x'.repeat(wanted('stateBytes'));
    return { state, batchItemFailures };
  }
  return failed.length > 0 ? { batchItemFailures } : undefined;
};

// What of a record matters here: its name, its identifier in batchItemFailures, what it asks for.
function described(record) {
  if (record.dynamodb) {
    const { Keys, NewImage, OldImage, SequenceNumber } = record.dynamodb;
    const action = (NewImage ?? OldImage)?.do?.S;
    return {
      id: (Keys.sk ?? Keys.id).S,
      identifier: SequenceNumber,
      do: action && JSON.parse(action),
    };
  }
  try {
    const body = JSON.parse(record.body);
    return { id: body.id ?? record.body, identifier: record.messageId, do: body.do };
  } catch {
    return { id: record.body, identifier: record.messageId };
  }
}

// The event itself, or an outline of one that is too large for an item.
function told(event, records) {
  const text = JSON.stringify(event);
  const ids = records.map((record) => record.id);
  if (text.length <= 20_000) return { ids, event };
  return {
    ids,
    bytes: Buffer.byteLength(text),
    outline: { ...event, Records: undefined, state: undefined },
  };
}

async function note(place, entry) {
  await client('UpdateItem', {
    TableName: table,
    Key: { id: { S: place } },
    UpdateExpression: 'SET calls = list_append(if_not_exists(calls, :none), :entry)',
    ExpressionAttributeValues: {
      ':none': { L: [] },
      ':entry': { L: [{ S: JSON.stringify(entry) }] },
    },
  });
}

async function isStillActive(record) {
  if (record.do.times === undefined) return true;
  const { Attributes } = await client('UpdateItem', {
    TableName: table,
    Key: { id: { S: `count ${record.identifier} ${record.id}` } },
    UpdateExpression: 'ADD seen :one',
    ExpressionAttributeValues: { ':one': { N: '1' } },
    ReturnValues: 'UPDATED_NEW',
  });
  return Number(Attributes.seen.N) <= record.do.times;
}

async function opened(gate) {
  for (;;) {
    const { Item } = await client('GetItem', {
      TableName: table,
      Key: { id: { S: gate } },
      ConsistentRead: true,
    });
    if (Item) return;
    await pause(50);
  }
}
