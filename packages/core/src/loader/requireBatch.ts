import type { NetworkSpec } from '../network/spec.js';
import { isTypedArray, kindOf, type TypedArrayName } from '../plain/kind.js';
import type { Batch } from './batch.js';

const arrays: readonly ['images' | 'labels' | 'indices', TypedArrayName][] = [
  ['images', 'Uint8Array'],
  ['labels', 'Int32Array'],
  ['indices', 'Uint32Array'],
];

/** Throws TypeError or RangeError when a batch is not what the network reads: its kernels would read other numbers or fail. */
export function requireBatch({ input, classes }: NetworkSpec, batch: Batch): void {
  for (const [name, type] of arrays) {
    if (!isTypedArray(batch[name], type)) {
      throw new TypeError(`a batch's ${name} must be of type ${type}, got ${kindOf(batch[name])}`);
    }
  }
  const { images, labels, indices, size } = batch;
  if (!Number.isInteger(size) || size < 1) throw new RangeError(`a batch must have 1 image or more, got ${size}`);
  const { channels, height, width } = input;
  const bytes = size * channels * height * width;
  if (images.length !== bytes) {
    throw new RangeError(
      `${size} images of ${height}x${width}x${channels} are ${bytes} bytes, the batch has ${images.length}`,
    );
  }
  for (const [name, array] of Object.entries({ labels, indices })) {
    if (array.length !== size) throw new RangeError(`the batch has ${array.length} ${name} for ${size} images`);
  }
  for (let i = 0; i < size; i++) {
    const label = labels[i] as number;
    if (label < 0 || label >= classes) {
      throw new RangeError(`image ${indices[i]} has the label ${label}, the network knows classes 0 to ${classes - 1}`);
    }
  }
}

/** Number of the images. @throws TypeError or RangeError when they, or the numbers given for them, are not what the network reads. */
export function requireImages({ input }: NetworkSpec, images: Uint8Array, indices?: Uint32Array): number {
  if (!isTypedArray(images, 'Uint8Array')) {
    throw new TypeError(`images must be of type Uint8Array, got ${kindOf(images)}`);
  }
  if (indices !== undefined && !isTypedArray(indices, 'Uint32Array')) {
    throw new TypeError(`indices must be of type Uint32Array, got ${kindOf(indices)}`);
  }
  const { channels, height, width } = input;
  const size = images.length / (channels * height * width);
  if (!Number.isInteger(size) || size === 0) {
    const each = `an image of ${height}x${width}x${channels} has ${channels * height * width}`;
    throw new RangeError(`images must be one image or more: ${each} bytes, got ${images.length}`);
  }
  if (indices !== undefined && indices.length !== size) {
    throw new RangeError(`there are ${indices.length} indices for ${size} images`);
  }
  return size;
}
