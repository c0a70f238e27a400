/** What is doubtful about a data set: it can be trained on, and the numbers will hardly mean what they seem to. */
import { type Pixels, plain } from 'kestirme';
import type { Dataset } from './dataset.js';

const mostNames = 5;

/** A sentence for each doubt; empty when there is none. The data set is one that `requireDataset` takes. */
export function doubtsOf({ info, train, test }: Dataset): string[] {
  return [...classesWithoutImages(info, train), ...bytesWithoutContrast(train), ...sameImages(train, test)];
}

type AnySplit = Dataset['train'];

/** Samples that are not in memory would have to be read to be looked at. */
const imagesOf = (split: AnySplit): Pixels | null => ('images' in split ? split.images : null);

function classesWithoutImages({ classes, classNames }: Dataset['info'], { labels }: AnySplit): string[] {
  const seen = new Set<number>(labels);
  if (seen.size === classes) return [];
  const without = classNames.filter((_, label) => !seen.has(label));
  const more = without.length > mostNames ? ` and ${without.length - mostNames} more` : '';
  return [
    `the training images are of ${seen.size} of the ${classes} classes; none is of ` +
      `${without.slice(0, mostNames).join(', ')}${more}`,
  ];
}

function bytesWithoutContrast(split: AnySplit): string[] {
  const images = imagesOf(split);
  if (images === null) return [];
  // As a rule the first image answers both.
  const first = images[0] as number;
  const isFloats = plain.isTypedArray(images, 'Float32Array');
  if (!images.some((one) => one !== first)) {
    return [`all ${isFloats ? 'numbers' : 'bytes'} of the training images are ${first}`];
  }
  if (isFloats || images.some((byte) => byte > 1)) return [];
  return ['no byte of the training images is above 1, and white is 255: they are all but black'];
}

function sameImages(train: AnySplit, test: AnySplit): string[] {
  const [a, b] = [imagesOf(train), imagesOf(test)];
  if (a === null || b === null) return [];
  const overlap =
    a.buffer === b.buffer && a.byteOffset < b.byteOffset + b.byteLength && b.byteOffset < a.byteOffset + a.byteLength;
  return overlap ? ['some test images are training images: the accuracy on them says nothing about others'] : [];
}
