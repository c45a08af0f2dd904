// Backups, point-in-time recovery, exports and imports through the AWS SDK for JavaScript v3: a
// table as it was, while it goes on changing, and after a crash.

import {
  BatchWriteItemCommand, CreateBackupCommand, CreateTableCommand, DeleteBackupCommand,
  DeleteItemCommand, DeleteTableCommand, DescribeBackupCommand, DescribeExportCommand,
  DescribeImportCommand, DescribeTableCommand, ExportTableToPointInTimeCommand, ImportTableCommand,
  ListBackupsCommand, PutItemCommand, RestoreTableFromBackupCommand,
  RestoreTableToPointInTimeCommand, UpdateContinuousBackupsCommand, paginateListExports,
  paginateScan,
} from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, GetObjectCommand } from '@aws-sdk/client-s3';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';

import { putItem, until } from './resources.mjs';
import { startServer, temporaryFolder, test } from './server.mjs';

const TableName = 'Things';
const advance = (server, advanceSeconds) => server.control('POST', 'clock', { advanceSeconds });

// With an index ByGroup over the attribute `group`.
const table = {
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  AttributeDefinitions: [
    { AttributeName: 'id', AttributeType: 'S' }, { AttributeName: 'group', AttributeType: 'S' },
  ],
  BillingMode: 'PAY_PER_REQUEST',
  GlobalSecondaryIndexes: [{
    IndexName: 'ByGroup', KeySchema: [{ AttributeName: 'group', KeyType: 'HASH' }],
    Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['n'] },
  }],
};

async function createTable(server) {
  const { TableDescription } =
    await server.dynamodb.send(new CreateTableCommand({ TableName, ...table }));
  return TableDescription.TableArn;
}

async function enableRecovery(server) {
  await server.dynamodb.send(new UpdateContinuousBackupsCommand(
    { TableName, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }));
}

async function isActive(server, name) {
  return await until(async () => {
    const { Table } = await server.dynamodb.send(new DescribeTableCommand({ TableName: name }));
    return Table.TableStatus === 'ACTIVE' && Table;
  });
}

// So much of each item that 3,000 of them are more than one request copies.
function thing(id, n) {
  return {
    id: { S: id }, group: { S: `g${n % 7}` }, n: { N: String(n) },
    payload: { S: `${id} ${n} `.repeat(1500) },
  };
}

const count = 3_000;
async function putThings(server) {
  const items = Array.from({ length: count }, (_, i) => thing(String(i), 0));
  for (let at = 0; at < count; at += 25) {
    const requests = items.slice(at, at + 25).map((Item) => ({ PutRequest: { Item } }));
    await server.dynamodb.send(
      new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }));
  }
  return new Map(items.map(({ id }) => [id.S, 0]));
}

async function allOf(server, name, settings = {}) {
  const all = [];
  for await (const { Items } of paginateScan(
    { client: server.dynamodb }, { TableName: name, ...settings })) {
    all.push(...Items);
  }
  return all.sort((a, b) => (a.id.S < b.id.S ? -1 : 1));
}

// What is in a table of things: the `n` of each id. Looks at every attribute, and at the index.
async function thingsIn(server, name) {
  const items = await allOf(server, name);
  for (const item of items) assert.deepEqual(item, thing(item.id.S, Number(item.n.N)));
  assert.deepEqual(await allOf(server, name, { IndexName: 'ByGroup' }),
    items.map(({ id, group, n }) => ({ id, group, n })));
  return new Map(items.map(({ id, n }) => [id.S, Number(n.N)]));
}

// Write number `n` to the things, one after the other: an item is deleted, a new one is put, one is
// changed.
function changeOf(n) {
  const id = String((n * 37) % count);
  if (n % 3 === 0) return { id, isDelete: true };
  return { id: n % 3 === 1 ? `new ${n}` : id };
}

function retell(things, n) {
  const { id, isDelete } = changeOf(n);
  if (isDelete) things.delete(id);
  else things.set(id, n);
}

class Changes {
  sent = 0;
  done = 0;
  #isEnding = false;

  constructor(server) {
    this.server = server;
    this.ended = this.#run();
    this.ended.catch(() => {});
  }

  async #run() {
    while (!this.#isEnding) {
      const { id, isDelete } = changeOf(++this.sent);
      await this.server.dynamodb.send(isDelete
        ? new DeleteItemCommand({ TableName, Key: { id: { S: id } } })
        : new PutItemCommand({ TableName, Item: thing(id, this.sent) }));
      this.done = this.sent;
    }
  }

  async end() {
    this.#isEnding = true;
    await this.ended;
  }
}

async function bytesOf(server, Key) {
  const { Body } = await server.s3.send(new GetObjectCommand({ Bucket: 'exports', Key }));
  return Buffer.from(await Body.transformToByteArray());
}

const linesOf = (bytes) => bytes.toString().trimEnd().split('\n').map((line) => JSON.parse(line));

// Follows the manifests of an export to its lines, as somebody would who has only the bucket.
async function readExport(server, { ExportManifest, ItemCount }) {
  const summary = JSON.parse(await bytesOf(server, ExportManifest));
  const lines = [];
  const files = linesOf(await bytesOf(server, summary.manifestFilesS3Key));
  for (const { dataFileS3Key, itemCount, md5Checksum, etag } of files) {
    const bytes = await bytesOf(server, dataFileS3Key);
    assert.equal(createHash('md5').update(bytes).digest('base64'), md5Checksum);
    assert.equal(createHash('md5').update(bytes).digest('hex'), etag.replaceAll('"', ''));
    const inFile = linesOf(gunzipSync(bytes));
    assert.equal(inFile.length, itemCount);
    lines.push(...inFile);
  }
  assert.deepEqual([lines.length, summary.itemCount], [ItemCount, ItemCount]);
  return { summary, lines, files };
}

async function exportIsOver(server, ExportArn) {
  return await until(async () => {
    const { ExportDescription } =
      await server.dynamodb.send(new DescribeExportCommand({ ExportArn }));
    return ExportDescription.ExportStatus !== 'IN_PROGRESS' && ExportDescription;
  });
}

async function exportTable(server, TableArn, settings) {
  const { ExportDescription } = await server.dynamodb.send(
    new ExportTableToPointInTimeCommand({ TableArn, S3Bucket: 'exports', ...settings }));
  assert.equal(ExportDescription.ExportStatus, 'IN_PROGRESS');
  return ExportDescription.ExportArn;
}

async function importTable(server, name, S3BucketSource) {
  const { ImportTableDescription } = await server.dynamodb.send(new ImportTableCommand({
    S3BucketSource, InputFormat: 'DYNAMODB_JSON', InputCompressionType: 'GZIP',
    TableCreationParameters: { TableName: name, ...table },
  }));
  assert.equal(ImportTableDescription.ImportStatus, 'IN_PROGRESS');
  return ImportTableDescription.ImportArn;
}

async function importIsOver(server, ImportArn) {
  return await until(async () => {
    const { ImportTableDescription } =
      await server.dynamodb.send(new DescribeImportCommand({ ImportArn }));
    return ImportTableDescription.ImportStatus !== 'IN_PROGRESS' && ImportTableDescription;
  });
}

// What the keys of an export's files begin with.
const prefixOf = ([{ dataFileS3Key }]) => dataFileS3Key.replace(/[^/]*$/, '');

test('a backup is a table of one moment, and so is what is restored from it', async (t) => {
  const server = await startServer(t);
  await createTable(server);
  const things = await putThings(server);

  const changes = new Changes(server);
  await until(() => changes.done >= 30);
  const doneBefore = changes.done;
  const { BackupDetails } = await server.dynamodb.send(
    new CreateBackupCommand({ TableName, BackupName: 'first' }));
  const sentAfter = changes.sent;
  assert.equal(BackupDetails.BackupStatus, 'CREATING');
  const { BackupArn } = BackupDetails;
  const backup = await until(async () => {
    const { BackupDescription } =
      await server.dynamodb.send(new DescribeBackupCommand({ BackupArn }));
    return BackupDescription.BackupDetails.BackupStatus === 'AVAILABLE' && BackupDescription;
  });
  const { TableDescription } = await server.dynamodb.send(
    new RestoreTableFromBackupCommand({ TargetTableName: 'Restored', BackupArn }));
  assert.equal(TableDescription.TableStatus, 'CREATING');
  assert.equal(TableDescription.RestoreSummary.RestoreInProgress, true);
  const { RestoreSummary } = await isActive(server, 'Restored');
  assert.equal(RestoreSummary.RestoreInProgress, false);
  assert.equal(RestoreSummary.SourceBackupArn, BackupArn);
  const soMany = changes.done + 30;
  await until(() => changes.done >= soMany);
  await changes.end();

  // It is the table after one of the writes that were under way.
  const restored = await thingsIn(server, 'Restored');
  assert.equal(backup.SourceTableDetails.ItemCount, restored.size);
  let n = 0;
  while (n < doneBefore) retell(things, ++n);
  const isIt = () => restored.size === things.size &&
    [...restored].every(([id, number]) => things.get(id) === number);
  while (!isIt() && n < sentAfter) retell(things, ++n);
  assert.deepEqual(restored, things);
  while (n < changes.done) retell(things, ++n);
  assert.deepEqual(await thingsIn(server, TableName), things);

  const { BackupSummaries } = await server.dynamodb.send(new ListBackupsCommand({ TableName }));
  assert.equal(BackupSummaries.length, 1);
  assert.equal(BackupSummaries[0].BackupArn, BackupArn);
  assert.equal(BackupSummaries[0].BackupStatus, 'AVAILABLE');
  const { BackupDescription } =
    await server.dynamodb.send(new DeleteBackupCommand({ BackupArn }));
  assert.equal(BackupDescription.BackupDetails.BackupStatus, 'DELETED');
  for (const Command of [DescribeBackupCommand, DeleteBackupCommand]) {
    await assert.rejects(server.dynamodb.send(new Command({ BackupArn })),
      { name: 'BackupNotFoundException' });
  }
  assert.deepEqual((await server.dynamodb.send(new ListBackupsCommand({}))).BackupSummaries, []);
  assert.deepEqual(await thingsIn(server, 'Restored'), restored);
});

test('what was begun before a crash is done after it, or is not there', async (t) => {
  const folder = await temporaryFolder(t);
  let server = await startServer(t, { folder });
  // Right after an answer.
  const crash = async () => {
    await server.kill();
    server = await startServer(t, { folder });
  };
  await server.s3.send(new CreateBucketCommand({ Bucket: 'exports' }));
  const tableArn = await createTable(server);
  await enableRecovery(server);
  await putThings(server);
  const things = await thingsIn(server, TableName);

  const createBackup = () =>
    server.dynamodb.send(new CreateBackupCommand({ TableName, BackupName: 'backup' }));
  const list = async () =>
    (await server.dynamodb.send(new ListBackupsCommand({}))).BackupSummaries;
  await createBackup();
  await crash();
  if ((await list()).length === 0) await createBackup();
  else assert.equal((await list())[0].BackupStatus, 'AVAILABLE');
  const [{ BackupArn }] = await until(async () => {
    const backups = await list();
    assert.equal(backups.length, 1);
    return backups[0].BackupStatus === 'AVAILABLE' && backups;
  });

  await server.dynamodb.send(
    new RestoreTableFromBackupCommand({ TargetTableName: 'FromBackup', BackupArn }));
  await crash();
  await isActive(server, 'FromBackup');
  assert.deepEqual(await thingsIn(server, 'FromBackup'), things);

  await server.dynamodb.send(new RestoreTableToPointInTimeCommand(
    { SourceTableName: TableName, TargetTableName: 'OfNow', UseLatestRestorableTime: true }));
  await crash();
  await putItem(server, thing('5', 1));
  await isActive(server, 'OfNow');
  assert.deepEqual(await thingsIn(server, 'OfNow'), things);

  const exportArn = await exportTable(server, tableArn);
  await crash();
  const exported = await exportIsOver(server, exportArn);
  assert.equal(exported.ExportStatus, 'COMPLETED');
  const { lines, files } = await readExport(server, exported);
  assert.deepEqual(
    new Map(lines.map(({ Item }) => [Item.id.S, Number(Item.n.N)])), things.set('5', 1));

  const importArn = await importTable(server, 'FromBucket',
    { S3Bucket: 'exports', S3KeyPrefix: prefixOf(files) });
  await crash();
  const { ImportStatus, ErrorCount, ImportedItemCount } = await importIsOver(server, importArn);
  assert.deepEqual([ImportStatus, ErrorCount, ImportedItemCount], ['COMPLETED', 0, count]);
  assert.deepEqual(await thingsIn(server, 'FromBucket'), things);

  // A backup outlives its table.
  await server.dynamodb.send(new DeleteTableCommand({ TableName }));
  await crash();
  await server.dynamodb.send(
    new RestoreTableFromBackupCommand({ TargetTableName: TableName, BackupArn }));
  await isActive(server, TableName);
  assert.deepEqual(await thingsIn(server, TableName), things.set('5', 0));
});

test('a table is restored to each of three moments', async (t) => {
  const folder = await temporaryFolder(t);
  let server = await startServer(t, { folder });
  const { now: start } =
    await server.control('POST', 'clock', { freeze: true, set: '2031-05-10T12:00:00Z' });
  await createTable(server);
  await enableRecovery(server);
  const put = (ids, n) => Promise.all(ids.map((i) =>
    putItem(server, { id: { S: `${i}` }, group: { S: 'g' }, n: { N: `${n}` } })));
  const numbers = Array.from({ length: 120 }, (_, i) => i);

  const moments = [];
  const remember = async () => {
    const { now } = await server.control('GET', 'clock');
    moments.push({ now, items: await allOf(server, TableName) });
  };
  await put(numbers.slice(0, 100), 1);
  await remember();
  await advance(server, 3600);
  await put(numbers.slice(50), 2);
  await Promise.all(numbers.slice(0, 20).map((i) => server.dynamodb.send(
    new DeleteItemCommand({ TableName, Key: { id: { S: `${i}` } } }))));
  await remember();
  // Over more than a day of the clock, and a crash.
  await advance(server, 100_000);
  await server.kill();
  server = await startServer(t, { folder });
  await put(numbers.filter((i) => i % 2), 3);
  await remember();
  await advance(server, 60);
  await put(numbers, 4);

  assert.deepEqual(moments.map(({ now }) => now - start), [0, 3600, 103_600]);
  assert.deepEqual(moments.map(({ items }) => items.length), [100, 100, 110]);
  const restore = async (TargetTableName, seconds) => {
    await server.dynamodb.send(new RestoreTableToPointInTimeCommand({
      SourceTableName: TableName, TargetTableName, RestoreDateTime: new Date(seconds * 1000) }));
    await isActive(server, TargetTableName);
    const items = await allOf(server, TargetTableName);
    assert.deepEqual(await allOf(server, TargetTableName, { IndexName: 'ByGroup' }), items);
    return items;
  };
  for (const [i, { now, items }] of moments.entries()) {
    assert.deepEqual(await restore(`At${i}`, now), items);
    assert.deepEqual(await restore(`After${i}`, now + 59), items);
  }
  // Its last second still has what was there before.
  assert.deepEqual(await restore('Before1', moments[1].now - 1), moments[0].items);
  const invalid = { name: 'InvalidRestoreTimeException' };
  await assert.rejects(restore('Before0', moments[0].now - 1), invalid);
  await assert.rejects(restore('Ahead', moments[2].now + 61), invalid);
});

test('what is exported is what was there, and can be imported', async (t) => {
  const server = await startServer(t);
  const { now } =
    await server.control('POST', 'clock', { freeze: true, set: '2031-05-10T12:00:00Z' });
  await server.s3.send(new CreateBucketCommand({ Bucket: 'exports' }));
  const tableArn = await createTable(server);
  await enableRecovery(server);
  const item = (i, n = 1) => ({
    id: { S: `ü "${String(i).padStart(4, '0')}"\n` }, group: { S: `g${i % 3}` }, n: { N: `${n}` },
    deep: { M: {
      b: { B: Uint8Array.of(0, i % 256, 255) }, bs: { BS: [Uint8Array.of(i % 256)] },
      ns: { NS: ['-1.5', '12345678901234567890123456789012345678'] }, ss: { SS: ['a', 'b'] },
      l: { L: [{ NULL: true }, { BOOL: i % 2 === 0 }, { L: [] }, { M: {} }, { S: '' }] },
    } },
  });
  for (let at = 0; at < 1_200; at += 25) {
    const requests = Array.from({ length: 25 }, (_, i) => ({ PutRequest: { Item: item(at + i) } }));
    await server.dynamodb.send(
      new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }));
  }
  const items = await allOf(server, TableName);
  const json = (value) => JSON.parse(JSON.stringify(value, (_, part) =>
    (part instanceof Uint8Array ? Buffer.from(part).toString('base64') : part)));

  await advance(server, 600);
  await putItem(server, item(7, 2));
  await putItem(server, item(5_000));
  await server.dynamodb.send(new DeleteItemCommand({ TableName, Key: { id: item(8).id } }));
  await putItem(server, item(6_000));
  await server.dynamodb.send(new DeleteItemCommand({ TableName, Key: { id: item(6_000).id } }));
  await advance(server, 600);
  await putItem(server, item(9, 3));

  // The table as it was before those changes.
  const full = await exportIsOver(server, await exportTable(server, tableArn,
    { S3Prefix: 'full', ExportTime: new Date((now + 599) * 1000) }));
  assert.equal(full.ExportStatus, 'COMPLETED');
  const { summary, lines, files } = await readExport(server, full);
  assert.equal(summary.exportType, 'FULL_EXPORT');
  assert.equal(summary.tableArn, tableArn);
  assert.equal(summary.exportTime, '2031-05-10T12:09:59.000Z');
  assert.deepEqual(
    lines.map(({ Item }) => Item).sort((a, b) => (a.id.S < b.id.S ? -1 : 1)), json(items));

  const imported = await importIsOver(server, await importTable(server, 'Imported',
    { S3Bucket: 'exports', S3KeyPrefix: prefixOf(files) }));
  assert.deepEqual(
    [imported.ImportStatus, imported.ErrorCount, imported.ImportedItemCount],
    ['COMPLETED', 0, 1_200]);
  await isActive(server, 'Imported');
  assert.deepEqual(await allOf(server, 'Imported'), items);
  assert.deepEqual(await allOf(server, 'Imported', { IndexName: 'ByGroup' }),
    items.map(({ id, group, n }) => ({ id, group, n })));

  // Only what has changed from the beginning of the changes until before the last of them.
  const changed = await exportIsOver(server, await exportTable(server, tableArn, {
    ExportType: 'INCREMENTAL_EXPORT', IncrementalExportSpecification: {
      ExportFromTime: new Date((now + 300) * 1000), ExportToTime: new Date((now + 1200) * 1000),
      ExportViewType: 'NEW_AND_OLD_IMAGES',
    },
  }));
  assert.equal(changed.ExportStatus, 'COMPLETED');
  const { lines: changes } = await readExport(server, changed);
  const Metadata = { WriteTimestampMicros: { N: String((now + 600) * 1e6) } };
  const keys = (i) => ({ Metadata, Keys: { id: item(i).id } });
  assert.deepEqual(changes.sort((a, b) => (a.Keys.id.S < b.Keys.id.S ? -1 : 1)), json([
    { ...keys(7), OldImage: item(7), NewImage: item(7, 2) },
    { ...keys(8), OldImage: item(8) },
    { ...keys(5_000), NewImage: item(5_000) },
  ]));

  // A bucket that is not there.
  const failed = await exportIsOver(server,
    await exportTable(server, tableArn, { S3Bucket: 'nowhere' }));
  assert.deepEqual([failed.ExportStatus, failed.FailureCode], ['FAILED', 'S3NoSuchBucket']);
  const lost = await importIsOver(server,
    await importTable(server, 'Lost', { S3Bucket: 'nowhere' }));
  assert.deepEqual([lost.ImportStatus, lost.FailureCode], ['FAILED', 'S3NoSuchBucket']);
  await assert.rejects(isActive(server, 'Lost'), { name: 'ResourceNotFoundException' });

  const listed = [];
  for await (const { ExportSummaries } of paginateListExports(
    { client: server.dynamodb, pageSize: 1 }, { TableArn: tableArn })) {
    listed.push(...ExportSummaries.map(({ ExportStatus }) => ExportStatus));
  }
  assert.deepEqual(listed, ['COMPLETED', 'COMPLETED', 'FAILED']);
});
