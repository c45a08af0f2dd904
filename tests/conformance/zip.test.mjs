import assert from 'node:assert/strict';
import { test } from 'node:test';

import { crc32, zip } from './framework/zip.mjs';

test('the check sum is the one of the format', () => {
  assert.equal(crc32(Buffer.from('123456789')), 0xcbf43926);
  assert.equal(crc32(Buffer.alloc(0)), 0);
});

test('an archive lists its files at its end, and holds them as they are', () => {
  const archive = zip({ 'a.js': 'one', 'folder/b.js': 'two!' });
  assert.equal(archive.subarray(0, 4).toString('latin1'), 'PK\x03\x04');
  const end = archive.subarray(-22);
  assert.equal(end.readUInt32LE(0), 0x06054b50);
  assert.equal(end.readUInt16LE(10), 2);
  const [size, offset] = [end.readUInt32LE(12), end.readUInt32LE(16)];
  assert.equal(offset + size, archive.length - 22);
  const second = archive.subarray(offset).indexOf('PK\x01\x02', 4, 'latin1') + offset;
  const local = archive.readUInt32LE(second + 42);
  const [length, nameLength] = [archive.readUInt32LE(local + 18), archive.readUInt16LE(local + 26)];
  const start = local + 30 + nameLength;
  assert.equal(archive.subarray(local + 30, start).toString(), 'folder/b.js');
  assert.equal(archive.subarray(start, start + length).toString(), 'two!');
});
