// The training itself, which knows of no page: Node runs it as well, to the same bits.
import { createLoader, openDataset } from '@kestirme/datasets';
import { createEngine, defaultTrainingOptions, NetworkBuilder, train, weightsSha256 } from 'kestirme';

/**
 * `watching`: what `train` is given besides, such as `signal` and `onStep`. `files`: where the files lie that a bundler has
 * left behind, as options of `openDataset`, `createLoader` and `createEngine`; without it they are found.
 */
export async function trainDigits(watching, { dataset, loader, engine: ofEngine } = {}) {
  const digits = await openDataset('builtin', { limit: { train: 1000, test: 200 }, ...dataset });
  const network = new NetworkBuilder({ input: digits.info, timeSteps: 2, classes: 10 })
    .conv2d({ outChannels: 8, kernel: 3, stride: 2, padding: 1 })
    .batchNorm()
    .lif()
    .tap('early')
    .conv2d({ outChannels: 16, kernel: 3, stride: 2, padding: 1 })
    .batchNorm()
    .lif()
    .tap('middle')
    .conv2d({ outChannels: 32, kernel: 3, stride: 2, padding: 1 })
    .batchNorm()
    .lif()
    .tap('late')
    .conv2d({ outChannels: 64, kernel: 3, padding: 1 })
    .batchNorm()
    .lif()
    // A shortcut head at each tap: training has them, inference does not.
    .build({ heads: ['early', 'middle', 'late'] });
  const options = defaultTrainingOptions({ epochs: 4, batchSize: 20, lr: 0.1 });

  // Both work in threads of their own, so that the page stays free.
  const data = createLoader(digits, { batchSize: 20, seed: 0, augment: null, ...loader });
  const engine = await createEngine({ threads: 2, ...ofEngine });
  try {
    const { finished } = await train({ engine, network, data, options, ...watching });
    return { finished, threads: engine.threads, weights: await weightsSha256(await engine.readState()) };
  } finally {
    await engine.close();
    await data.close();
  }
}
