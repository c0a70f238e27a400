// What the comparison asks of a contender in a page, with plain data in and out.
import { buildModel, defaultLambda, defaultTrainingOptions, NetworkBuilder } from 'kestirme';
import { runFixedCell } from '../dist/browser/fixedCell.js';

const place = { epoch: 0, iteration: 0, iterationsPerEpoch: 1_000_000, headWeights: null, probe: false };
const [mean, std] = [
  [0.5, 0.5, 0.5],
  [0.25, 0.25, 0.25],
];

const training = (batchSize) => defaultTrainingOptions({ epochs: 1000, batchSize, lambda: defaultLambda('vanilla') });

/** Images of noise, of `classes` classes. */
function noise(size, side, classes) {
  return {
    size,
    images: Uint8Array.from({ length: size * 3 * side * side }, (_, at) => (at * 7919) % 251),
    labels: Int32Array.from({ length: size }, (_, at) => at % classes),
    indices: Uint32Array.from({ length: size }, (_, at) => at),
  };
}

/** `create`: createEngine, or what is compared with it. */
export function contender(create) {
  let opened = null;

  return {
    runFixedCell: (threads) => runFixedCell({ threads }, 0, create),

    /** Milliseconds until the engine takes calls; it stays open. */
    async open(threads) {
      const start = performance.now();
      opened = await create({ threads });
      return performance.now() - start;
    },

    async close() {
      await opened?.close();
      opened = null;
    },

    /** Two convolutions; the second has tasks of four images, and 32 images (T x B) of 16x16, one word each. */
    async loadTwoConvolutions() {
      const network = new NetworkBuilder({ input: { channels: 3, height: 16, width: 16 }, timeSteps: 2, classes: 4 })
        .conv2d({ outChannels: 16, kernel: 3, padding: 1 })
        .batchNorm()
        .lif()
        .conv2d({ outChannels: 16, kernel: 3, padding: 1 })
        .batchNorm()
        .lif()
        .build();
      await opened.load({ network, training: training(16), mean, std });
    },

    step: async () => void (await opened.trainStep(noise(16, 16, 4), place)),

    /** ResNet-20 of a quarter of the width on `size` images of noise, loaded into the open engine. */
    /** ResNet-20 of a quarter of the width. */
    async loadResnet(batchSize) {
      const input = { channels: 3, height: 32, width: 32 };
      const network = buildModel('resnet20', { width: 0.25, timeSteps: 2, input, classes: 10, heads: 'none' });
      await opened.load({ network, training: training(batchSize), mean, std });
    },

    /** Milliseconds that `steps` training steps of it take. */
    async time(batchSize, steps, from) {
      const batch = noise(batchSize, 32, 10);
      const start = performance.now();
      for (let step = 0; step < steps; step++) await opened.trainStep(batch, { ...place, iteration: from + step });
      return performance.now() - start;
    },

    weightsSha256: () => opened.weightsSha256(),
  };
}
