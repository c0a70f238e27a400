// NumPy's files: .npy, and .npz as zip archives of them.
import { must, readOrRefuse, readOrRefuseLater } from '../expectations.mjs';

export const instruments = [
  'datasets/formats/npy.js',
  'datasets/formats/npyData.js',
  'datasets/formats/npz.js',
  'datasets/formats/pythonDict.js',
  'datasets/formats/zip.js',
];

const mostBytes = 1 << 20;

export async function target() {
  const formats = '../../../packages/datasets/dist/formats';
  const { parseNpy } = await import(`${formats}/npy.js`);
  const { readNpz } = await import(`${formats}/npz.js`);
  const { DatasetError } = await import('../../../packages/datasets/dist/error.js');
  const check = ({ shape, data }) => {
    const length = shape.reduce((product, one) => product * one, 1);
    must(data.length === length, `a number for each place, got ${data.length} for ${shape}`);
    must(data.byteLength <= 2 * mostBytes, 'no more than was allowed');
  };
  return {
    mostBytes: 4096,
    words: [
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }",
      "'fortran_order': True",
      "'|O'",
      "'>i8'",
      "'<f2'",
      '(9007199254740991, 2)',
      '../a.npy',
      'PK\x01\x02',
      'PK\x03\x04',
      'PK\x05\x06',
      'PK\x06\x06',
      '\x93NUMPY\x01\0',
    ],
    async run(bytes) {
      if (bytes[0] === 0x93) {
        const array = readOrRefuse(() => parseNpy(bytes, 'some.npy'), [DatasetError], 'some.npy');
        if (array) check(array);
        return;
      }
      const arrays = await readOrRefuseLater(
        () => readNpz(bytes, 'some.npz', { mostBytes }),
        [DatasetError],
        'some.npz',
      );
      for (const array of arrays?.values() ?? []) check(array);
    },
  };
}
