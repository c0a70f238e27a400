import type { Kernels } from '../kernels/kernels.js';
import { defaultLambda } from '../lambda/schedule.js';
import type { Batch } from '../loader/batch.js';
import { NetworkBuilder } from '../network/builder.js';
import { RandomStream } from '../random/philox.js';
import { defaultTrainingOptions } from '../train/validateOptions.js';
import type { Engine, EngineOptions, LoadRequest, StepPosition } from './types.js';

// What the tests of the engines' lives train: 16 images of 16x16, T = 2, in two convolutions of 16 channels.

export const network = new NetworkBuilder({ input: { channels: 3, height: 16, width: 16 }, timeSteps: 2, classes: 4 })
  .conv2d({ outChannels: 16, kernel: 3, padding: 1 })
  .batchNorm()
  .lif()
  .conv2d({ outChannels: 16, kernel: 3, padding: 1 })
  .batchNorm()
  .lif()
  .build();

export const request = (seed = 0): LoadRequest => ({
  network,
  training: defaultTrainingOptions({ epochs: 1, batchSize: 16, seed, lambda: defaultLambda('vanilla') }),
  mean: [0.5, 0.5, 0.5],
  std: [0.25, 0.25, 0.25],
});

export const place: StepPosition = {
  ...{ epoch: 0, iteration: 0, iterationsPerEpoch: 10, headWeights: null, probe: false },
};

export function batch(number = 0): Batch {
  const random = new RandomStream(number, 5);
  return {
    images: Uint8Array.from({ length: 16 * 16 * 16 * 3 }, () => random.below(256)),
    labels: Int32Array.from({ length: 16 }, () => random.below(4)),
    indices: Uint32Array.from({ length: 16 }, (_, i) => i),
    size: 16,
  };
}

/** Some steps on an engine; the hash of the weights. */
export async function trainSome(engine: Engine, seed = 0, steps = 3): Promise<string> {
  await engine.load(request(seed));
  for (let iteration = 0; iteration < steps; iteration++) {
    await engine.trainStep(batch(iteration), { ...place, iteration });
  }
  return engine.weightsSha256();
}

/** The same from the beginning to the end of an engine. */
export async function trainAlone(
  create: (options: EngineOptions) => Promise<Engine>,
  options: EngineOptions,
  seed = 0,
): Promise<string> {
  const engine = await create(options);
  try {
    return await trainSome(engine, seed);
  } finally {
    await engine.close();
  }
}

/** The same kernels, with another way to their memory. */
export function withReserve(kernels: Kernels, reserve: Kernels['memory']['reserve']): Kernels {
  const memory: Kernels['memory'] = {
    get buffer() {
      return kernels.memory.buffer;
    },
    reserve,
    release: kernels.memory.release,
  };
  return { ...kernels, memory };
}
