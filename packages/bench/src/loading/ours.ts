/** An epoch of a folder of images by our loader; one for each line of standard input. Arguments: DIR WORKERS BATCH CACHE. */
import { createInterface } from 'node:readline';
import { createLoader, openDataset } from '@kestirme/datasets';

const [dir = '', workers = '2', batch = '64', cache = ''] = process.argv.slice(2);
const dataset = await openDataset(`image-folder:${dir}`, {
  options: { cacheGigabytes: cache === '' ? 0 : 100 },
  ...(cache === '' ? {} : { cacheDir: cache }),
});
const batchSize = Math.min(Number(batch), dataset.info.trainSize);
const loader = createLoader(dataset, { batchSize, seed: 0, workers: Number(workers) });
let epoch = 0;
for await (const _ of createInterface(process.stdin)) {
  const begin = performance.now();
  let images = 0;
  let batches = 0;
  for await (const { size } of loader.trainBatches(epoch)) {
    images += size;
    // Left before its end, an epoch is not followed by the next, which would be filled in the time of the other sides.
    if (++batches === loader.trainBatchCount) break;
  }
  const seconds = (performance.now() - begin) / 1000;
  epoch++;
  console.log(JSON.stringify({ images, seconds }));
}
await loader.close();
