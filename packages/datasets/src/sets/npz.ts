/** Arrays of one's own: an .npz archive, or a folder of .npy files, with images or frames and their labels. */
import { fields, interruptible, type Pixels, plain } from 'kestirme';
import { DatasetError } from '../error.js';
import { type ArrayFile, type ArrayFiles, openArrays, readArray, readRows } from '../formats/arrayFiles.js';
import type { DataFile } from '../formats/fileHash.js';
import { allocate } from '../memory.js';
import type { OpenedDataset, Split } from './dataset.js';
import { datasetKind, type OpenRequest } from './kind.js';
import { momentsOf } from './moments.js';
import { type ChannelAxis, isFloats, putSample, type SampleShape, shapeOf } from './npzShapes.js';
import { chooseParts, type Part, wantedFrom } from './parts.js';

const options = {
  channels: fields.choice({
    choices: ['auto', 'first', 'last'],
    usual: 'auto',
    help: 'Axis of the channels, before the rows or behind the columns; auto tells it by its length',
  }),
};

export const npzSet = datasetKind({
  name: 'npz',
  help: "Arrays of one's own: x_train, y_train, x_test, y_test in an .npz, or as .npy files in a folder",
  paper: 'none',
  confidence: 'high',
  parity: 'NumPy',
  source: 'FILE',
  options,
  open,
});

/** Names under which people save each part; the first that is there counts. */
const names = {
  train: { images: ['x_train', 'X_train', 'train_images', 'train_x'], labels: ['y_train', 'train_labels', 'train_y'] },
  test: { images: ['x_test', 'X_test', 'test_images', 'test_x'], labels: ['y_test', 'test_labels', 'test_y'] },
};

/** Labels of many millions of samples. */
const mostLabelBytes = 256 * 1024 * 1024;

async function open(request: OpenRequest<{ channels: ChannelAxis }>): Promise<OpenedDataset> {
  const { dir, signal } = request;
  signal?.throwIfAborted();
  const arrays = await interruptible(openArrays(dir), signal);
  try {
    return await interruptible(read(arrays, request), signal);
  } finally {
    arrays.close();
  }
}

async function read(
  { arrays }: ArrayFiles,
  { dir, options: { channels: axis }, ...choice }: OpenRequest<{ channels: ChannelAxis }>,
): Promise<OpenedDataset> {
  const find = (part: Part, what: 'images' | 'labels') => {
    const array = names[part][what].map((name) => arrays.get(name)).find((one) => one !== undefined);
    if (array !== undefined) return array;
    const there = [...arrays.keys()].map((name) => plain.excerpt(name));
    const found = there.length === 0 ? 'no arrays' : `${there.slice(0, 8).join(', ')}`;
    throw new DatasetError({ file: dir, offset: null }, `an array ${names[part][what].join(' or ')}`, found);
  };
  const images = { train: find('train', 'images'), test: find('test', 'images') };
  const shape = shapeOf(images.train, axis);
  const testShape = shapeOf(images.test, axis);
  const inWords = (one: SampleShape) =>
    `${one.frames === undefined ? '' : `${one.frames} frames of `}${one.height}x${one.width}x${one.channels}`;
  if (inWords(shape) !== inWords(testShape)) {
    const { file } = images.test;
    throw new DatasetError({ file, offset: null }, `samples of ${inWords(shape)}, as for training`, inWords(testShape));
  }
  const train = await labelsOf(find('train', 'labels'), images.train);
  const test = await labelsOf(find('test', 'labels'), images.test);
  const classes = 1 + [...train.labels, ...test.labels].reduce((a, b) => Math.max(a, b), 1);
  const places = chooseParts({ train: train.labels, test: test.labels }, classes, choice);
  const floats = isFloats(images.train, shape) || isFloats(images.test, shape);
  const numbers = (shape.frames ?? 1) * shape.height * shape.width * shape.channels;
  const splits = { train: splitOf(places.train.length), test: splitOf(places.test.length) };
  const files: DataFile[] = [];
  for (const from of ['train', 'test'] as const) {
    const wanted = wantedFrom(from, places, splits);
    if (wanted.length === 0) continue;
    const labels = { train, test }[from];
    files.push(
      await readRows(
        images[from],
        wanted.map(({ position }) => position),
        (index, row) => {
          const { position, into, at } = wanted[index] as (typeof wanted)[number];
          into.labels[at] = labels.labels[position] as number;
          putSample(images[from], shape, row, position, into.images.subarray(at * numbers, (at + 1) * numbers));
        },
      ),
      labels.read,
    );
  }
  const { channels, height, width, frames } = shape;
  return {
    info: {
      ...{ name: 'npz', channels, height, width, classes },
      ...(frames === undefined ? {} : { frames }),
      classNames: Array.from({ length: classes }, (_, label) => String(label)),
      ...{ trainSize: splits.train.size, testSize: splits.test.size },
      // Floats are taken as they are.
      ...momentsOf(splits.train.images, channels),
    },
    ...splits,
    // What may be mirrored only their owner knows.
    augment: null,
    files,
  };

  function splitOf(size: number): Split<Pixels> {
    const memory = allocate(size * numbers * (floats ? 4 : 1));
    const labels = new Int32Array(allocate(4 * size));
    return { images: floats ? new Float32Array(memory) : new Uint8Array(memory), labels, size };
  }
}

/** [N] or [N, 1] classes from 0 on, one for each of the images. */
async function labelsOf(array: ArrayFile, images: ArrayFile): Promise<{ labels: number[]; read: DataFile }> {
  const { file, header } = array;
  const count = images.header.shape[0] ?? 0;
  const [size, ...more] = header.shape;
  if (size !== count || more.some((one) => one !== 1)) {
    throw new DatasetError(
      { file, offset: null },
      `${count} labels [${count}]`,
      `the shape [${header.shape.join(', ')}]`,
    );
  }
  const { array: found, read: own } = await readArray(array, mostLabelBytes);
  const labels = Array.from(found.data as Iterable<number | bigint>, Number);
  const odd = labels.findIndex((label) => !Number.isInteger(label) || label < 0 || label > mostClasses);
  if (odd < 0) return { labels, read: own };
  const expected = `label ${odd} to be a class, a whole number from 0 to ${mostClasses}`;
  throw new DatasetError({ file, offset: null }, expected, String(labels[odd]));
}

const mostClasses = 99_999;
