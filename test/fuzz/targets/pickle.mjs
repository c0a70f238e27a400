// CIFAR's Python version: pickles of batches of two images.
import { must, readOrRefuseLater } from '../expectations.mjs';

export const instruments = [
  'datasets/formats/pickle.js',
  'datasets/formats/pickleCursor.js',
  'datasets/formats/pickleStack.js',
  'datasets/formats/pickleValues.js',
  'datasets/formats/cifarPython.js',
  'datasets/formats/byteSource.js',
];

const file = 'some/data_batch_1';
const format = { key: 'labels', classes: 10, count: 2 };

export async function target() {
  const formats = '../../../packages/datasets/dist/formats';
  const { bytesSource } = await import(`${formats}/byteSource.js`);
  const { readCifarBatch } = await import(`${formats}/cifarPython.js`);
  const { DatasetError } = await import('../../../packages/datasets/dist/error.js');
  return {
    mostBytes: 8192,
    words: [
      'cnumpy\ndtype\n',
      'cnumpy\nndarray\n',
      'cos\nsystem\n',
      'U\x06labels',
      'U\x04data',
      '\x85',
      '\x86',
      '\x87',
      'tb',
      'R(',
    ],
    async run(bytes) {
      const read = () => readCifarBatch(bytesSource(bytes, file), format);
      const batch = await readOrRefuseLater(read, [DatasetError], file);
      if (!batch) return;
      must(batch.labels.length === 2 && batch.labels.every((label) => label < 10), 'labels within the classes');
      must(batch.offset >= 0 && batch.offset + 2 * 3072 < bytes.length, 'pixels within the file');
      must(Object.keys(Object.prototype).length === 0, 'prototypes as they were');
    },
  };
}
