// Buckets through the SDK, with the checksums and chunks that it sends by itself.

import {
  CopyObjectCommand, CreateBucketCommand, CreateMultipartUploadCommand, DeleteBucketCommand,
  DeleteObjectCommand, DeleteObjectsCommand, GetBucketLocationCommand, GetObjectCommand,
  HeadBucketCommand, HeadObjectCommand, ListBucketsCommand, ListObjectsCommand,
  ListObjectsV2Command, PutObjectCommand,
} from '@aws-sdk/client-s3';
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';

import { startServer, temporaryFolder, test } from './server.mjs';

const Bucket = 'bucket';

async function withBucket(t, options) {
  const server = await startServer(t, options);
  await server.s3.send(new CreateBucketCommand({ Bucket }));
  const put = (Key, Body, settings) =>
    server.s3.send(new PutObjectCommand({ Bucket, Key, Body, ...settings }));
  const get = async (Key, settings) => {
    const answer = await server.s3.send(new GetObjectCommand({ Bucket, Key, ...settings }));
    return { ...answer, text: await answer.Body.transformToString() };
  };
  return { server, s3: server.s3, put, get };
}

test('a bucket from its making to its end', async (t) => {
  const { s3, put } = await withBucket(t);
  await s3.send(new HeadBucketCommand({ Bucket }));
  const { Buckets } = await s3.send(new ListBucketsCommand({}));
  assert.deepEqual(Buckets.map(({ Name }) => Name), [Bucket]);
  assert.ok(Buckets[0].CreationDate instanceof Date);
  const { LocationConstraint } = await s3.send(new GetBucketLocationCommand({ Bucket }));
  assert.equal(LocationConstraint || undefined, undefined);
  await put('key', 'x');
  await assert.rejects(s3.send(new DeleteBucketCommand({ Bucket })), { name: 'BucketNotEmpty' });
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'key' }));
  await s3.send(new DeleteBucketCommand({ Bucket }));
  await assert.rejects(s3.send(new HeadBucketCommand({ Bucket })),
    (error) => error.$metadata.httpStatusCode === 404);
  await assert.rejects(s3.send(new ListObjectsV2Command({ Bucket })),
    { name: 'NoSuchBucket', message: 'The specified bucket does not exist' });
});

test('an object, its headers, its ranges, over a restart too', async (t) => {
  const folder = await temporaryFolder(t);
  const { server, put } = await withBucket(t, { folder });
  const Key = 'a folder/ü+&=?#%.txt';
  const { ETag } = await put(Key, 'hello', { ContentType: 'text/plain', Metadata: { a: 'b' } });
  assert.equal(ETag, '"5d41402abc4b2a76b9719d911017c592"');
  await server.stop();

  const { s3 } = await startServer(t, { folder });
  const head = await s3.send(new HeadObjectCommand({ Bucket, Key }));
  assert.equal(head.ContentLength, 5);
  assert.equal(head.ContentType, 'text/plain');
  assert.deepEqual(head.Metadata, { a: 'b' });
  const whole = await s3.send(new GetObjectCommand({ Bucket, Key }));
  assert.equal(await whole.Body.transformToString(), 'hello');
  assert.equal(whole.ETag, ETag);
  const part = await s3.send(new GetObjectCommand({ Bucket, Key, Range: 'bytes=1-3' }));
  assert.equal(await part.Body.transformToString(), 'ell');
  assert.equal(part.ContentRange, 'bytes 1-3/5');
  await assert.rejects(s3.send(new GetObjectCommand({ Bucket, Key, Range: 'bytes=5-' })),
    { name: 'InvalidRange' });
  await assert.rejects(s3.send(new GetObjectCommand({ Bucket, Key: 'none' })),
    { name: 'NoSuchKey' });
});

test('a stream is sent in chunks with its checksum behind them', async (t) => {
  const { put, get } = await withBucket(t);
  const text = 'line\r\n'.repeat(50_000);
  const answer = await put('stream', Readable.from([Buffer.from(text)]),
    { ContentLength: text.length });
  assert.ok(answer.ChecksumCRC32);
  const { text: back, ChecksumCRC32 } = await get('stream');
  assert.equal(back, text);
  assert.equal(ChecksumCRC32, answer.ChecksumCRC32);
  for (const ChecksumAlgorithm of ['CRC32C', 'SHA1', 'SHA256']) {
    const each = await put('other', text, { ChecksumAlgorithm });
    assert.ok(each[`Checksum${ChecksumAlgorithm}`], ChecksumAlgorithm);
    assert.equal((await get('other')).text, text);
  }
});

test('lists, with prefixes and pages', async (t) => {
  const { s3, put } = await withBucket(t);
  for (const key of ['a/1', 'a/2', 'b', 'c/<&>', 'd']) await put(key, key);
  const keys = [];
  let ContinuationToken;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({ Bucket, MaxKeys: 2, Delimiter: '/', ContinuationToken }));
    keys.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
      ...(page.Contents ?? []).map(({ Key }) => Key));
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken);
  assert.deepEqual(keys, ['a/', 'b', 'c/', 'd']);
  const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'c/' }));
  assert.equal(Contents[0].Key, 'c/<&>');
  assert.equal(Contents[0].Size, 5);
  const older = await s3.send(new ListObjectsCommand({ Bucket, Marker: 'b' }));
  assert.deepEqual(older.Contents.map(({ Key }) => Key), ['c/<&>', 'd']);

  const { Deleted } = await s3.send(new DeleteObjectsCommand(
    { Bucket, Delete: { Objects: [{ Key: 'c/<&>' }, { Key: 'd' }] } }));
  assert.deepEqual(Deleted.map(({ Key }) => Key), ['c/<&>', 'd']);
  assert.equal((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount, 3);
});

test('what is not built is refused by name', async (t) => {
  const { s3, put } = await withBucket(t);
  const words = (what) => ({ name: 'NotImplemented', message: new RegExp(`${what} is not supported`) });
  await assert.rejects(
    s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'k' })), words('CreateMultipartUpload'));
  await assert.rejects(s3.send(
    new CopyObjectCommand({ Bucket, Key: 'k', CopySource: 'bucket/j' })), words('CopyObject'));
  await assert.rejects(put('k', 'x', { ACL: 'public-read' }), words('The header x-amz-acl'));
});
