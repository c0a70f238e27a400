/** How long training waits for its data: the real loop on the real loader, crop and flip on. One line of JSON. */
import { createLoader, openDataset } from '@kestirme/datasets';
import { buildModel, createEngine, defaultTrainingOptions, train } from 'kestirme';
import type { Waiting } from './programs.js';
import { readOwnArguments } from './work.js';

const { model, width, timeSteps, batch, threads, heads, warmup, steps, data } = readOwnArguments(process.argv.slice(2));
const dataset = await openDataset(data === undefined ? 'builtin' : `cifar10:${data}`);
const { name, trainSize } = dataset.info;
const wanted = warmup + steps;
if (wanted * batch > trainSize) {
  throw new RangeError(`${wanted} steps of ${batch} images are more than the ${trainSize} of ${name}`);
}
// The loader's default threads and queue: what a user gets.
const loader = createLoader(dataset, { batchSize: batch, seed: 0, augment: { ...dataset.augment, flip: true } });
const engine = await createEngine({ threads });
const stop = new AbortController();
const begin = { seconds: 0, wait: 0, images: 0 };
const total = { seconds: 0, wait: 0, images: 0 };
let done = 0;
await train({
  engine,
  network: buildModel(model, { width, timeSteps, heads, input: dataset.info }),
  data: loader,
  options: defaultTrainingOptions({ epochs: 1, batchSize: batch }),
  signal: stop.signal,
  onStep: ({ sums }) => {
    const now = { seconds: sums.seconds, wait: sums.waitSeconds, images: sums.images };
    done++;
    // The first batches also wait for the loader's threads to start.
    if (done === warmup) Object.assign(begin, now);
    if (done === wanted) {
      Object.assign(total, now);
      stop.abort();
    }
  },
});
await loader.close();
await engine.close();
const seconds = total.seconds - begin.seconds;
const result: Waiting = {
  share: (total.wait - begin.wait) / seconds,
  imagesPerSecond: (total.images - begin.images) / seconds,
  data: name,
};
console.log(JSON.stringify(result));
