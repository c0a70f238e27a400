/** The digits that come with `@kestirme/datasets`, the same in Node and in a page. */
import { createLoader, openDataset } from '@kestirme/datasets';
import {
  createEngine,
  defaultLambda,
  defaultTrainingOptions,
  type EngineOptions,
  NetworkBuilder,
  train,
} from 'kestirme';

/** Some of them as plain numbers. */
export async function someDigits() {
  const { info, train, test } = await openDataset('builtin', { limit: { train: 20, test: 10 } });
  const plain = ({ images, labels }: typeof train) => ({ images: [...images], labels: [...labels] });
  return { info, train: plain(train), test: plain(test) };
}

/**
 * The weights after two steps on some of them, which come from a thread. `copies`: where the files of the packages lie, in a
 * page whose bundler leaves them behind.
 */
export async function trainOnDigits(options: EngineOptions, copies?: string): Promise<string> {
  const at = (name: string) => (copies === undefined ? undefined : `${copies}/${name}`);
  const dataset = await openDataset('builtin', { limit: { train: 20, test: 10 }, dataUrl: at('data') });
  const data = createLoader(dataset, { batchSize: 10, seed: 0, workers: 1, workerUrl: at('data-worker.js') });
  const engine = await createEngine({ ...options, workerUrl: at('engine-worker.js'), wasmUrl: at('wasm') });
  const network = new NetworkBuilder({ input: dataset.info, timeSteps: 2, classes: 10 })
    .conv2d({ outChannels: 8, kernel: 3, stride: 2 })
    .batchNorm()
    .lif()
    .build();
  const training = defaultTrainingOptions({ epochs: 1, batchSize: 10, lambda: defaultLambda('vanilla') });
  await train({ engine, network, data, options: training });
  const sha256 = await engine.weightsSha256();
  await data.close();
  await engine.close();
  return sha256;
}
