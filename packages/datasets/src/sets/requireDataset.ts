/** What a data set of a program's own must be: what is wrong is told before anything is trained on it. */
import { dataInfoProblem, type Pixels, plain } from 'kestirme';
import { requireSteps, type Steps } from '../augment/index.js';
import type { Augment } from '../augment/usual.js';
import type { Dataset, SourceSplit, Split } from './dataset.js';

const { isTypedArray, kindOf } = plain;

/** @throws TypeError or RangeError naming the field, what it must be and what it is. */
export function requireDataset(dataset: Dataset): void {
  // Of a promise, or of nothing, there is no info.
  const { info, train, test, prepare, validation } = dataset ?? {};
  const problem = dataInfoProblem(info);
  if (problem !== undefined) throw new RangeError(`the data set's ${problem}`);
  const { channels, height, width, frames, classes, trainSize, testSize } = info;
  const ofFrames = frames === undefined ? '' : `${frames} frames of `;
  const image: Image = {
    pixels: (frames ?? 1) * height * width * channels,
    shape: `${ofFrames}${height}x${width}x${channels}`,
    isOfFrames: frames !== undefined,
  };
  requireSplit('train', train, trainSize + (info.validationSize ?? 0), image, classes);
  requireSplit('test', test, testSize, image, classes);
  requireValidation(validation, info.validationSize ?? 0, train.size);
  if (prepare !== undefined) requireSteps("the data set's prepare", prepare);
}

interface Image {
  /** Numbers of it. */
  pixels: number;
  shape: string;
  isOfFrames: boolean;
}

function requireSplit(
  part: 'train' | 'test',
  split: Split<Pixels> | SourceSplit,
  infoSize: number,
  image: Image,
  classes: number,
): void {
  const where = (field: string) => `the data set's ${part}.${field}`;
  const { labels, size } = split ?? {};
  if (size !== infoSize) {
    throw new RangeError(`${where('size')} must be what info.${part}Size is, ${infoSize}, got ${kindOf(size)}`);
  }
  if (!('source' in split)) requireImages(where, split, image);
  if (!isTypedArray(labels, 'Int32Array')) {
    throw new TypeError(
      `${where('labels')} must be an Int32Array, got ${kindOf(labels)}: Int32Array.from(labels, Number) makes one`,
    );
  }
  if (labels.length !== size) {
    throw new RangeError(`${where('labels')} must hold ${size}, one for each image, got ${labels.length}`);
  }
  const wrong = labels.findIndex((label) => label < 0 || label >= classes);
  if (wrong >= 0) {
    throw new RangeError(`${where(`labels[${wrong}]`)} must be from 0 to ${classes - 1}, got ${labels[wrong]}`);
  }
}

/** `wanted`: info.validationSize; `size`: of the training samples, with those held out. */
function requireValidation(positions: Uint32Array | undefined, wanted: number, size: number): void {
  const where = "the data set's validation";
  if (positions === undefined && wanted === 0) return;
  if (positions === undefined || !isTypedArray(positions, 'Uint32Array') || positions.length !== wanted) {
    throw new TypeError(
      `${where} must be a Uint32Array of ${wanted} positions, as many as info.validationSize says, got ${kindOf(positions)}`,
    );
  }
  const odd = positions.findIndex((position, i) => position >= size || position <= (positions[i - 1] ?? -1));
  if (odd >= 0) {
    throw new RangeError(`${where}[${odd}] must be above the one before and below ${size}, got ${positions[odd]}`);
  }
}

function requireImages(where: (field: string) => string, { images, size }: Split<Pixels>, image: Image): void {
  const isFloats = image.isOfFrames && isTypedArray(images, 'Float32Array');
  if (!isFloats && !isTypedArray(images, 'Uint8Array')) {
    const or = image.isOfFrames ? ', or a Float32Array' : '';
    const hint = image.isOfFrames ? '' : asBytes;
    throw new TypeError(
      `${where('images')} must be a Uint8Array, bytes from 0 to 255${or}, got ${kindOf(images)}${hint}`,
    );
  }
  if (images.length !== size * image.pixels) {
    const numbers = `${size * image.pixels} ${isFloats ? 'floats' : 'bytes'}`;
    throw new RangeError(
      `${where('images')} must hold ${size} images of ${image.shape}, ${numbers}, got ${images.length}`,
    );
  }
  const odd = isFloats ? images.findIndex((x) => !Number.isFinite(x)) : -1;
  if (odd >= 0) throw new RangeError(`${where(`images[${odd}]`)} must be a finite number, got ${images[odd]}`);
}

const asBytes = ': of values from 0 to 1, Uint8Array.from(values, (x) => Math.round(255 * x)) makes one';

/** @throws TypeError or RangeError naming the field. `whose`: '' for an option's own. */
export function requireAugment(
  whose: string,
  augment: Augment | Steps | null,
  { height, width }: Dataset['info'],
): void {
  if (augment === null) return;
  if (Array.isArray(augment)) {
    requireSteps(`${whose}augment`, augment);
    return;
  }
  if (typeof augment !== 'object' || typeof (augment as Augment).flip !== 'boolean') {
    const got = typeof augment === 'object' ? `flip: ${kindOf((augment as Augment).flip)}` : kindOf(augment);
    throw new TypeError(
      `${whose}\`augment\` must be { crop: pixels, flip: true or false }, or null for none, got ${got}`,
    );
  }
  const { crop } = augment as Augment;
  const most = Math.min(height, width) - 1;
  if (!Number.isInteger(crop) || crop < 0 || crop > most) {
    throw new RangeError(`${whose}\`augment.crop\` must be an integer from 0 to ${most}, got ${kindOf(crop)}`);
  }
}
