// MNIST's files: images and labels, plain or gzipped.
import { must, readOrRefuse, readOrRefuseLater } from '../expectations.mjs';

export const instruments = ['datasets/formats/idx.js', 'datasets/formats/idxContents.js', 'datasets/error.js'];

export async function target() {
  const formats = '../../../packages/datasets/dist/formats';
  const { contentsOf } = await import(`${formats}/idx.js`);
  const { parseIdxImages, parseIdxLabels } = await import(`${formats}/idxContents.js`);
  const { DatasetError } = await import('../../../packages/datasets/dist/error.js');
  const file = 'some/idx-ubyte';
  return {
    mostBytes: 4096,
    async run(bytes) {
      const contents = await readOrRefuseLater(() => contentsOf(file, bytes), [DatasetError], file);
      if (!contents) return;
      const images = readOrRefuse(() => parseIdxImages(contents, 28, 28), [DatasetError], file);
      if (images) must(images.pixels.length === images.count * 784, 'an image for each of the count');
      const count = Math.max(0, contents.bytes.length - 8);
      const labels = readOrRefuse(() => parseIdxLabels(contents, count, 10), [DatasetError], file);
      if (labels) must(labels.length === count && labels.every((label) => label < 10), 'labels within the classes');
    },
  };
}
