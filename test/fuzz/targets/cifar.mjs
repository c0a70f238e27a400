// CIFAR's binary version: one record of CIFAR-10, or of CIFAR-100 when the input is a byte longer.
import { must, readOrRefuse } from '../expectations.mjs';

export const instruments = ['datasets/formats/cifar.js', 'datasets/error.js'];

const pixelBytes = 3072;
const ten = [{ meaning: 'label', classes: 10 }];
const hundred = [
  { meaning: 'coarse label', classes: 20 },
  { meaning: 'fine label', classes: 100 },
];

export async function target() {
  const { checkSize, decodeRecords } = await import('../../../packages/datasets/dist/formats/cifar.js');
  const { DatasetError } = await import('../../../packages/datasets/dist/error.js');
  const file = 'some/data_batch.bin';
  const split = { images: new Uint8Array(pixelBytes), labels: new Int32Array(1), size: 1 };
  return {
    mostBytes: pixelBytes + 64,
    run(bytes) {
      const labels = bytes.length === pixelBytes + 2 ? hundred : ten;
      const format = { labels, recordsPerFile: 1 };
      const read = () => {
        checkSize(bytes.length, file, format);
        decodeRecords({ file, bytes, start: 0 }, format, [{ into: split, at: 0 }]);
        return true;
      };
      if (!readOrRefuse(read, [DatasetError], file)) return;
      must(split.labels[0] === bytes[labels.length - 1] && split.labels[0] < labels.at(-1).classes, 'the label');
      for (let i = 0; i < pixelBytes; i++) {
        const original = bytes[labels.length + (i % 3) * 1024 + Math.floor(i / 3)];
        if (split.images[i] !== original) must(false, `byte ${i} of the image`);
      }
    },
  };
}
