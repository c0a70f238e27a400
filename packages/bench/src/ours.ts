/** Our side of a comparison: one process, one JSON line, as the peers print it. */
import { readFileSync } from 'node:fs';
import { type Batch, buildModel, createEngine, defaultLambda, defaultTrainingOptions } from 'kestirme';
import { type Measured, median, readArguments, type Work } from './work.js';

const pixels = 32 * 32;
const recordBytes = 1 + 3 * pixels;

/** CIFAR-10's binary records, or noise, as [B, H, W, C] bytes. */
function* batches(work: Work, count: number): Generator<Batch> {
  const file = work.data === undefined ? null : readFileSync(work.data);
  const records = file === null ? 10_000 : Math.floor(file.length / recordBytes);
  let noise = 1;
  for (let k = 0; k < count; k++) {
    const images = new Uint8Array(new SharedArrayBuffer(work.batch * 3 * pixels));
    const labels = new Int32Array(work.batch);
    const indices = new Uint32Array(work.batch);
    for (let b = 0; b < work.batch; b++) {
      const record = (k * work.batch + b) % records;
      indices[b] = record;
      labels[b] = file === null ? record % 10 : (file[record * recordBytes] as number);
      for (let i = 0; i < 3 * pixels; i++) {
        noise = (Math.imul(noise, 1_664_525) + 1_013_904_223) >>> 0;
        const planar = record * recordBytes + 1 + (i % 3) * pixels + Math.floor(i / 3);
        images[b * 3 * pixels + i] = file === null ? noise >>> 24 : (file[planar] as number);
      }
    }
    yield { images, labels, indices, size: work.batch };
  }
}

const work = readArguments(process.argv.slice(2));
const { model, width, timeSteps, batch, threads, heads } = work;
const engine = await createEngine({ threads });
const network = buildModel(model, { width, timeSteps, heads });
const training = defaultTrainingOptions({
  epochs: 1000,
  batchSize: batch,
  microBatch: batch,
  lambda: defaultLambda(heads === 'none' ? 'vanilla' : 'evo-rise'),
});
await engine.load({ network, training, mean: [0.4914, 0.4822, 0.4465], std: [0.2023, 0.1994, 0.201] });
const seconds: number[] = [];
const losses: number[] = [];
let iteration = 0;
const all = [...batches(work, work.warmup + work.steps)];
for (const images of all) {
  const begin = performance.now();
  if (work.mode === 'train') {
    const place = { epoch: 0, iteration, iterationsPerEpoch: all.length, headWeights: null, probe: false };
    losses.push((await engine.trainStep(images, place)).loss);
  } else {
    losses.push((await engine.evaluateStep(images)).lossSum / batch);
  }
  seconds.push((performance.now() - begin) / 1000);
  iteration++;
}
await engine.close();
const counted = seconds.slice(work.warmup);
const result: Measured = {
  peer: 'Kestirme',
  imagesPerSecond: batch / median(counted),
  stepSeconds: counted,
  losses,
  peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
};
console.log(JSON.stringify(result));
