/** Files that Python wrote (test/golden/make_cifar.py). Pixel p of image i is (i + p) % 256. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DatasetError } from '../error.js';
import { allocateSplit } from '../sets/dataset.js';
import { bytesSource } from './byteSource.js';
import { readCifarBatch } from './cifarPython.js';
import { openCifarPythonFile } from './cifarPythonFile.js';

const golden = join(import.meta.dirname, '../../../../test/golden/cifar');
const ten = { key: 'labels', classes: 10, count: 4 };

test.each([
  ['ten', ten, [6, 9, 9, 4]],
  ['columns', ten, [6, 9, 9, 4]],
  ['numpy2', ten, [6, 9, 9, 4]],
  ['hundred', { key: 'fine_labels', classes: 100, count: 3 }, [19, 29, 99]],
])('%s: labels, and pixels by any choice of images', async (name, format, labels) => {
  const file = await openCifarPythonFile(join(golden, name), format);
  expect([...(await file.labels(0, format.count))]).toEqual(labels);
  expect([...(await file.labels(1, 3))]).toEqual(labels.slice(1, 3));
  const into = allocateSplit(2, 3072);
  const part = await file.read(
    [0, 2].map((position, at) => ({ position, into, at })),
    false,
  );
  expect([...into.labels]).toEqual([labels[0], labels[2]]);
  // Red, green and blue of a pixel lie 1,024 bytes apart, which is nothing in 256.
  expect([...into.images.subarray(0, 6)]).toEqual([0, 0, 0, 1, 1, 1]);
  expect([...into.images.subarray(3072 + 3 * 300, 3072 + 3 * 301)]).toEqual([46, 46, 46]);
  expect(part.bytes).toBe(2 * 3073);
  const whole = await file.read([], true);
  expect(whole.bytes).toBe(readFileSync(join(golden, name)).length);
  await file.close();
});

test.each([
  ['code', "byte 12602: expected no code but the three names of an array of NumPy, found '__builtin__ eval'"],
  ['object', "byte 2: expected no code but the three names of an array of NumPy, found 'collections OrderedDict'"],
  ['protocol4', 'byte 0: expected a pickle of protocol 2, found other bytes'],
  [
    'python3',
    "expected nothing but the instructions that arrays of bytes and lists of numbers need, found the instruction 0x58 ('X')",
  ],
  ['floats', "expected 'data' to be bytes (u1), found numbers of another type"],
  ['short', "expected 'data' of the shape 4 x 3072, found 3 x 3072"],
  ['label', "expected 'labels' 2 to be 0 to 9, found 10"],
  ['nested', "expected 4 labels in 'labels', found 2"],
])('%s is refused, and nothing in it runs', async (name, message) => {
  const file = join(golden, name);
  const error = await openCifarPythonFile(file, ten).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(DatasetError);
  expect((error as Error).message).toContain(`${file}: `);
  expect((error as Error).message).toContain(message);
  expect(existsSync('PICKLED-CODE-RAN')).toBe(false);
});

test('a file that is cut off anywhere, or goes on, is refused', async () => {
  const bytes = readFileSync(join(golden, 'ten'));
  const problem = (part: Uint8Array) => readCifarBatch(bytesSource(part, 'ten'), ten).catch((cause: unknown) => cause);
  for (const length of [0, 1, 2, 57, 100, 250, 5000, bytes.length - 1]) {
    expect(await problem(bytes.subarray(0, length)), String(length)).toBeInstanceOf(DatasetError);
  }
  expect(await problem(Buffer.concat([bytes, Buffer.from('.')]))).toMatchObject({
    message: 'ten: byte 12594: expected the end of the file behind the pickle, found more bytes',
  });
});
