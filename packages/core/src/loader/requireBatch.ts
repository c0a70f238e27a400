import { framesOf } from '../network/shapes.js';
import type { NetworkSpec } from '../network/spec.js';
import { isTypedArray, kindOf, type TypedArrayName } from '../plain/kind.js';
import type { TrainingOptions } from '../train/options.js';
import type { Batch, Mix, Pixels } from './batch.js';

/** What reads the images: a loaded network. */
interface Reader {
  network: NetworkSpec;
  training: Pick<TrainingOptions, 'encode'>;
}

/** Throws TypeError or RangeError when a batch is not what the network reads: its kernels would read other numbers or fail. */
export function requireBatch(reader: Reader, batch: Batch): void {
  const { images, labels, indices, size, mix } = batch;
  requirePixels(reader, "a batch's images", images);
  requireArray("a batch's labels", labels, 'Int32Array');
  requireArray("a batch's indices", indices, 'Uint32Array');
  if (!Number.isInteger(size) || size < 1) throw new RangeError(`a batch must have 1 image or more, got ${size}`);
  const { network } = reader;
  const each = pixelsOf(network);
  if (images.length !== size * each) {
    const { channels, height, width } = network.input;
    const got = images.length / size / (channels * height * width);
    const frames =
      network.input.frames && Number.isInteger(got) ? `, which is T = ${got} in place of ${network.timeSteps}` : '';
    throw new RangeError(
      `${size} images of ${shapeOf(network)} are ${size * each} ${unitOf(images)}, the batch has ${images.length}${frames}`,
    );
  }
  for (const [name, array] of Object.entries({ labels, indices })) {
    if (array.length !== size) throw new RangeError(`the batch has ${array.length} ${name} for ${size} images`);
  }
  requireClasses(labels, network, batch);
  if (mix !== undefined) requireMix(mix, network, batch);
}

function requireClasses(labels: Int32Array, { classes }: NetworkSpec, { indices, size }: Batch): void {
  for (let i = 0; i < size; i++) {
    const label = labels[i] as number;
    if (label < 0 || label >= classes) {
      throw new RangeError(`image ${indices[i]} has the label ${label}, the network knows classes 0 to ${classes - 1}`);
    }
  }
}

function requireMix(mix: Mix, network: NetworkSpec, batch: Batch): void {
  const { labels, share } = mix ?? {};
  requireArray("a batch's mix.labels", labels, 'Int32Array');
  requireArray("a batch's mix.share", share, 'Float32Array');
  const { size } = batch;
  if (labels.length !== size || share.length !== size) {
    throw new RangeError(
      `the batch has a mix of ${labels.length} labels and ${share.length} shares for ${size} images`,
    );
  }
  requireClasses(labels, network, batch);
  const odd = share.findIndex((one) => !(one >= 0 && one <= 1));
  if (odd >= 0) throw new RangeError(`a batch's mix.share[${odd}] must be a number from 0 to 1, got ${share[odd]}`);
}

/** Number of the images. @throws TypeError or RangeError when they, or the numbers given for them, are not what the network reads. */
export function requireImages(reader: Reader, images: Pixels, indices?: Uint32Array): number {
  requirePixels(reader, 'images', images);
  if (indices !== undefined) requireArray('indices', indices, 'Uint32Array');
  const each = pixelsOf(reader.network);
  const size = images.length / each;
  if (!Number.isInteger(size) || size === 0) {
    const one = `an image of ${shapeOf(reader.network)} has ${each}`;
    throw new RangeError(`images must be one image or more: ${one} ${unitOf(images)}, got ${images.length}`);
  }
  if (indices !== undefined && indices.length !== size) {
    throw new RangeError(`there are ${indices.length} indices for ${size} images`);
  }
  return size;
}

function requireArray(what: string, array: unknown, type: TypedArrayName): void {
  if (!isTypedArray(array, type)) throw new TypeError(`${what} must be of type ${type}, got ${kindOf(array)}`);
}

/** Bytes; of frames that are not drawn as spikes, floats as well. */
function requirePixels({ network, training }: Reader, what: string, pixels: unknown): void {
  if (!network.input.frames || !isTypedArray(pixels, 'Float32Array')) {
    const type = network.input.frames ? 'Uint8Array or Float32Array' : 'Uint8Array';
    if (!isTypedArray(pixels, 'Uint8Array'))
      throw new TypeError(`${what} must be of type ${type}, got ${kindOf(pixels)}`);
  } else if (training.encode === 'rate') {
    throw new TypeError(`${what} are floats, which \`encode\` 'rate' cannot draw spikes from: take bytes, or 'direct'`);
  }
}

const unitOf = (pixels: Pixels) => (isTypedArray(pixels, 'Uint8Array') ? 'bytes' : 'floats');

/** Numbers that are one answer: of an image, or of T frames. */
function pixelsOf(network: NetworkSpec): number {
  const { channels, height, width } = network.input;
  return framesOf(network) * channels * height * width;
}

function shapeOf(network: NetworkSpec): string {
  const { channels, height, width, frames } = network.input;
  return `${frames ? `${network.timeSteps} frames of ` : ''}${height}x${width}x${channels}`;
}
