// MNIST's files: images and labels, plain or gzipped.
import { must, readOrRefuseLater } from '../expectations.mjs';
import { files } from '../memoryDisk.mjs';

export const instruments = [
  'datasets/formats/idx.js',
  'datasets/formats/idxContents.js',
  'datasets/formats/ordinaryFile.js',
  'datasets/error.js',
];
const memoryDisk = new URL('../memoryDisk.mjs', import.meta.url).href;
export const replaced = { 'node:fs': memoryDisk, 'node:fs/promises': memoryDisk };

const file = '/disk/idx-ubyte';

export async function target() {
  const { countIdxImages, eachIdxImage, readIdxLabels } = await import(
    '../../../packages/datasets/dist/formats/idx.js'
  );
  const { DatasetError } = await import('../../../packages/datasets/dist/error.js');
  return {
    mostBytes: 4096,
    async run(bytes) {
      files.clear();
      files.set(file, Buffer.from(bytes));
      const read = (work) => readOrRefuseLater(work, [DatasetError], file);
      const count = await read(() => countIdxImages(file, 28, 28));
      let seen = 0;
      const images = await read(() =>
        eachIdxImage(file, 28, 28, (position, pixels) => {
          must(position === seen++ && pixels.length === 784, 'one image after the other');
        }),
      );
      if (images) must(seen === count && images.bytes === 16 + 784 * seen, 'an image for each of the count');
      const plain = bytes[0] !== 0x1f || bytes[1] !== 0x8b;
      const wanted = plain ? Math.max(0, bytes.length - 8) : 20;
      const found = await read(() => readIdxLabels(file, wanted, 10));
      if (found) {
        const { labels } = found;
        must(labels.length === wanted && labels.every((label) => label < 10), 'labels within the classes');
      }
    },
  };
}
