/** Profiles of a network without a run: some training steps, so that it fires as networks do, then the profile. */
import {
  type Batch,
  type DataInfo,
  defaultTrainingOptions,
  type Engine,
  type NetworkSpec,
  type Profile,
  purpose,
  RandomStream,
  type TrainingOptions,
} from 'kestirme';
import type { Images } from './images.js';

export interface ProfileRequest {
  engine: Engine;
  network: NetworkSpec;
  /** Null: noise of the network's input size. */
  images: Images | null;
  batch: number;
  mode: 'training' | 'evaluation';
  /** Timed steps. */
  steps: number;
  /** Training steps before them. */
  trainFirst: number;
}

/** The usual options of `kestirme train`, for networks with and without shortcut heads. */
export function usualTraining(network: NetworkSpec, batchSize: number): TrainingOptions {
  const usual = defaultTrainingOptions({ batchSize, microBatch: batchSize });
  return network.heads.length > 1 ? usual : { ...usual, lambda: { ...usual.lambda, preset: 'vanilla' } };
}

export async function profileNetwork(request: ProfileRequest): Promise<Profile> {
  const { engine, network, images, batch, mode, steps, trainFirst } = request;
  const { mean, std } = images?.info ?? noiseInfo(network);
  await engine.load({ network, training: usualTraining(network, batch), mean, std });
  const batches = images === null ? noise(network, batch) : endless(images, batch);
  let iteration = 0;
  for await (const one of batches) {
    const place = { iteration, iterationsPerEpoch: trainFirst + 1, headWeights: null, probe: false };
    if (iteration === trainFirst) return engine.profile(one, { mode, steps, position: { ...place, epoch: 0 } });
    await engine.trainStep(one, { ...place, epoch: 0 });
    iteration++;
  }
  throw new Error('the data set gave no batch');
}

function noiseInfo({ input }: NetworkSpec): Pick<DataInfo, 'mean' | 'std'> {
  const each = (value: number) => new Array<number>(input.channels).fill(value);
  // Mean and deviation of numbers that are equally likely from 0 to 1.
  return { mean: each(0.5), std: each(Math.sqrt(1 / 12)) };
}

async function* noise({ input, timeSteps, classes }: NetworkSpec, size: number): AsyncGenerator<Batch> {
  const random = new RandomStream(0, purpose.rate);
  const frames = input.frames === true ? timeSteps : 1;
  const length = size * frames * input.channels * input.height * input.width;
  for (;;) {
    yield {
      images: Uint8Array.from({ length }, () => random.below(256)),
      labels: Int32Array.from({ length: size }, () => random.below(classes)),
      indices: Uint32Array.from({ length: size }, (_, i) => i),
      size,
    };
  }
}

/** Whole batches of the training images, epoch after epoch. */
async function* endless(images: Images, batch: number): AsyncGenerator<Batch> {
  const source = images.batches({ seed: 0, batch, augment: 'standard', loaderWorkers: 1 });
  try {
    for (let epoch = 0; ; epoch++) {
      for await (const one of source.trainBatches(epoch)) if (one.size === batch) yield one;
    }
  } finally {
    await source.close();
  }
}
