/** Folders that do not hold what they should: what is said of each. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { DatasetError } from '../error.js';
import { openDataset } from './open.js';

const dir = mkdtempSync(join(tmpdir(), 'kestirme-locate-'));
afterAll(() => rmSync(dir, { recursive: true }));

let count = 0;
/** A folder with these files; a slash behind a name makes a folder of it. */
function folderWith(...names: string[]): string {
  const folder = join(dir, `folder${count++}`);
  mkdirSync(folder);
  for (const name of names) {
    const path = join(folder, name);
    mkdirSync(name.endsWith('/') ? path : dirname(path), { recursive: true });
    if (!name.endsWith('/')) writeFileSync(path, '');
  }
  return folder;
}

const batches = [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`);
const python = [1, 2, 3, 4, 5].map((i) => `data_batch_${i}`);
const allSix = `${batches.join(', ')} and test_batch.bin, or ${python.join(', ')} and test_batch, in this folder or below it`;
const advice = '(kestirme data get cifar10 downloads them)';
const digits = ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1'].map(
  (name) => `${name}-ubyte`,
);

it.each<[string, string[], string]>([
  ['cifar10', [], `expected ${allSix} ${advice}, found none of them`],
  [
    'cifar10',
    ['data_batch_1.bin', 'data_batch_3.bin', 'readme.html'],
    'found data_batch_1.bin and data_batch_3.bin, but not ' +
      'data_batch_2.bin, data_batch_4.bin, data_batch_5.bin and test_batch.bin',
  ],
  [
    'cifar10',
    batches.map((name) => `cifar-10-batches-bin/${name}`),
    'data_batch_4.bin and data_batch_5.bin in cifar-10-batches-bin, but not test_batch.bin',
  ],
  ['cifar10', ['cifar-10-batches-py/data_batch_1'], 'found data_batch_1 in cifar-10-batches-py, but not data_batch_2,'],
  ['cifar10', ['cifar-10-matlab.tar.gz'], 'the Matlab version, where the binary or the Python version is needed'],
  ['cifar10', ['data_batch_1.mat'], 'found the Matlab version'],
  ['cifar10', ['cifar-10-python.tar.gz'], 'found the archive as it came: tar xzf cifar-10-python.tar.gz unpacks it'],
  ['cifar10', digits, "found the files of 'mnist:DIR'"],
  ['cifar10', ['train.bin', 'test.bin'], "found the files of 'cifar100:DIR'"],
  ['cifar100', batches.concat('test_batch.bin'), "found the files of 'cifar10:DIR'"],
  ['cifar100', ['train', 'meta'], 'found train, but not test'],
  ['cifar100', ['train/', 'test/'], 'found none of them'],
  ['mnist', digits.slice(0, 3), 'and t10k-images-idx3-ubyte, but not t10k-labels-idx1-ubyte'],
  ['mnist', ['MNIST/raw/train-images-idx3-ubyte.gz'], 'found train-images-idx3-ubyte.gz in MNIST/raw, but not'],
  ['mnist', ['mnist.npz'], "found Keras' version of MNIST, which npz:FILE reads (mnist.npz)"],
])('%s in a folder with %j', async (name, files, message) => {
  const folder = folderWith(...files);
  const error = await openDataset(`${name}:${folder}`).catch((cause: unknown) => cause);
  if (!(error instanceof DatasetError)) throw new Error(`no DatasetError but ${error}`);
  expect(error.message).toContain(message);
  expect(error.message.startsWith(`${folder}: expected `)).toBe(true);
  expect(error).toMatchObject({ file: folder, offset: null });
});

it('tells a folder that is not there from a file, and explains ~', async () => {
  const folder = folderWith('archive.zip');
  await expect(openDataset(`mnist:${join(folder, 'nowhere')}`)).rejects.toThrow(/found no such folder$/);
  await expect(openDataset(`mnist:${join(folder, 'archive.zip')}`)).rejects.toThrow(/found a file$/);
  await expect(openDataset('mnist:~/nowhere')).rejects.toThrow('no such folder, for nothing here takes ~ for the home');
});
