/**
 * CIFAR's Python version: a pickled dictionary for each file, with `data` (bytes, [count, 3072], planar as in the binary
 * version) and `labels` (CIFAR-10) or `fine_labels` (CIFAR-100). Source: Krizhevsky, "The CIFAR-10 dataset".
 */
import { DatasetError } from '../error.js';
import type { ByteSource } from './byteSource.js';
import { readPickle } from './pickle.js';
import { Dictionary, List, PickledArray, type PickleValue } from './pickleValues.js';

export const planarBytes = 3 * 32 * 32;

export interface CifarBatch {
  /** [count] */
  labels: Uint8Array;
  /** In the file: where the pixels begin. */
  offset: number;
  /** Pixel by pixel of all images, instead of image by image. */
  fortranOrder: boolean;
}

/** Reads what stands around the pixels. The file must have `count` images, and labels below `classes` under `key`. */
export async function readCifarBatch(
  source: ByteSource,
  { key, classes, count }: { key: string; classes: number; count: number },
): Promise<CifarBatch> {
  const { file } = source;
  const refuse = (expected: string, found: string, offset: number | null = null): never => {
    throw new DatasetError({ file, offset }, expected, found);
  };
  const root = await readPickle(source);
  if (!(root instanceof Dictionary)) return refuse("a dictionary with 'data'", 'another value');
  const list = root.entries.get(key);
  if (!(list instanceof List)) return refuse(`'${key}' to be a list of ${count} labels`, inWords(list));
  if (list.items.length !== count) return refuse(`${count} labels in '${key}'`, `${list.items.length}`);
  const labels = Uint8Array.from(list.items, (label, i) => {
    const fits = typeof label === 'number' && label >= 0 && label < classes;
    return fits ? label : refuse(`'${key}' ${i} to be 0 to ${classes - 1}`, inWords(label));
  });
  const data = root.entries.get('data');
  if (!(data instanceof PickledArray)) return refuse("'data' to be an array of NumPy", inWords(data));
  const { shape, type, fortranOrder, bytes } = data;
  if (shape === null || bytes === null) return refuse("'data' to be an array of NumPy", 'one without numbers');
  if (type !== 'u1') return refuse("'data' to be bytes (u1)", 'numbers of another type');
  if (shape.length !== 2 || shape[0] !== count || shape[1] !== planarBytes) {
    return refuse(`'data' of the shape ${count} x ${planarBytes}`, shape.slice(0, 5).join(' x ') || 'one number');
  }
  if (bytes.length !== count * planarBytes) {
    return refuse(`${count * planarBytes} bytes of 'data'`, `${bytes.length}`, bytes.offset);
  }
  return { labels, offset: bytes.offset, fortranOrder };
}

function inWords(value: PickleValue | undefined): string {
  if (value === undefined) return 'none';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value instanceof List) return 'a list';
  return value instanceof Dictionary ? 'a dictionary' : 'another value';
}
