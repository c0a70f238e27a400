/**
 * The run that must give the same bits everywhere: a small network with everything that training has, on images made
 * here. Nothing in this file asks for Node: it runs in a page too.
 */
import {
  type DataInfo,
  defaultTrainingOptions,
  NetworkBuilder,
  type NetworkSpec,
  purpose,
  RandomStream,
  type TrainingOptions,
} from 'kestirme';

/** Training steps of the run. */
export const fixedSteps = 40;
export const fixedSeed = 7;
export const fixedBatchSize = 8;

const epochs = 4;
const classes = 5;
const input = { channels: 3, height: 12, width: 12 };
/** Ten batches an epoch, the last of them smaller. */
const trainSize = 76;
const testSize = 20;
const stripeRows = 5;

/**
 * Convolutions of one pixel and of nine, strides 1 and 2, channel counts that fill no vector; normalisations, a bias;
 * residuals by identity and by convolution; a pooling; a head at every tap. Large enough for the kernels to have several
 * tasks to share out, the optimiser's too.
 */
export function fixedNetwork(): NetworkSpec {
  return new NetworkBuilder({ name: 'verify', input, timeSteps: 3, classes })
    .conv2d({ name: 'stem.conv', outChannels: 10, kernel: 3, padding: 1 })
    .batchNorm({ name: 'stem.norm' })
    .lif({ name: 'stem.lif' })
    .tap('stem')
    .conv2d({ name: 'block1.conv', outChannels: 10, kernel: 3, padding: 1 })
    .batchNorm({ name: 'block1.norm' })
    .add({ name: 'block1.add', with: 'stem.lif' })
    .lif({ name: 'block1.lif' })
    .tap('block1')
    .conv2d({ name: 'block2.side', outChannels: 40, kernel: 1, stride: 2 })
    .batchNorm({ name: 'block2.sideNorm' })
    .conv2d({ name: 'block2.conv', input: 'block1.lif', outChannels: 40, kernel: 3, stride: 2, padding: 1 })
    .batchNorm({ name: 'block2.norm' })
    .add({ name: 'block2.add', with: 'block2.sideNorm' })
    .lif({ name: 'block2.lif' })
    .tap('block2')
    .maxPool({ name: 'pool', kernel: 2 })
    .conv2d({ name: 'block3.conv', outChannels: 48, kernel: 3, padding: 1 })
    .batchNorm({ name: 'block3.norm' })
    .lif({ name: 'block3.lif' })
    .conv2d({ name: 'last.linear', outChannels: 12, kernel: 3, bias: true })
    .lif({ name: 'last.lif' })
    .build({ heads: ['stem', 'block1', 'block2'] });
}

export function fixedOptions(): TrainingOptions {
  return defaultTrainingOptions({
    epochs,
    batchSize: fixedBatchSize,
    optimizer: { kind: 'sgd', momentum: 0.9, nesterov: false, weightDecay: 1e-4 },
    lr: 0.1,
    schedule: { kind: 'cosine' },
    warmupEpochs: 1,
    labelSmoothing: 0.1,
    lambda: { preset: 'evo-rise', ramp: 'cosine', per: 'iteration', start: 0.25 },
    seed: fixedSeed,
  });
}

export interface FixedImages {
  /** [size, H, W, C], 0-255. */
  images: Uint8Array;
  /** [size], 0-based class indices. */
  labels: Int32Array;
  size: number;
}

/** A data set like those of `@kestirme/datasets`, but for its memory, which a page may not be able to share. */
export interface FixedData {
  info: DataInfo;
  train: FixedImages;
  test: FixedImages;
  /** Changes that a loader makes to training images. */
  augment: { crop: number; flip: boolean };
}

export function fixedData(): FixedData {
  return {
    info: {
      name: 'verify',
      ...input,
      classes,
      classNames: Array.from({ length: classes }, (_, i) => `stripe ${i}`),
      trainSize,
      testSize,
      mean: [0.35, 0.3, 0.3],
      std: [0.25, 0.22, 0.22],
    },
    train: stripes(trainSize, 0),
    test: stripes(testSize, 1),
    augment: { crop: 2, flip: true },
  };
}

/** Noise with a bright stripe, whose place is random and whose colour tells the class: any of the channels, or two. */
function stripes(size: number, part: number): FixedImages {
  const { channels, height, width } = input;
  const imageBytes = height * width * channels;
  const images = new Uint8Array(size * imageBytes);
  const labels = new Int32Array(size);
  for (let i = 0; i < size; i++) {
    const random = new RandomStream(fixedSeed, purpose.subset, part, i);
    const label = i % classes;
    labels[i] = label;
    const top = random.below(height - stripeRows + 1);
    for (let at = 0; at < imageBytes; at++) {
      const row = Math.floor(at / (width * channels));
      const ofColour = ((label + 1) >> (at % channels)) % 2 === 1;
      const bright = ofColour && row >= top && row < top + stripeRows;
      images[i * imageBytes + at] = random.below(96) + (bright ? 160 : 0);
    }
  }
  return { images, labels, size };
}
