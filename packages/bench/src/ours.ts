/** Our side of a comparison: one process, one line of JSON, as the peers print it. */
import { writeFileSync } from 'node:fs';
import { type Engine, encodeSafetensors } from 'kestirme';
import { batches } from './images.js';
import { openOwnEngine, placeOf } from './ownEngine.js';
import { median } from './statistics.js';
import { type Measured, readOwnArguments } from './work.js';

/** Without the optimiser's tensors: the peers start with none, and so do we. */
async function save(engine: Engine, file: string | undefined): Promise<void> {
  if (file === undefined) return;
  const weights = Object.entries(await engine.readState()).filter(([name]) => !name.startsWith('optimizer.'));
  const tensors = new Map(
    weights.map(([name, { shape, data }]) => [name, { dtype: 'F32' as const, shape, data }] as const),
  );
  writeFileSync(file, encodeSafetensors({ tensors, metadata: {} }));
}

const work = readOwnArguments(process.argv.slice(2));
const { batch } = work;
const { engine, idleMemoryBytes } = await openOwnEngine(work);
await save(engine, work.saveInitial);

const seconds: number[] = [];
const losses: number[] = [];
let last = null;
let warmupBegin = 0;
let warm = false;
for (const images of batches({ file: work.data, size: batch, images: work.images })) {
  const iteration = losses.length;
  const begin = performance.now();
  if (iteration === work.pretrain) warmupBegin = begin;
  const warmedUp = iteration >= work.pretrain + work.warmup;
  if (warmedUp && begin - warmupBegin >= 1000 * work.warmupSeconds) warm = true;
  if (work.mode === 'train' || iteration < work.pretrain) {
    losses.push((await engine.trainStep(images, placeOf(iteration))).loss);
  } else {
    losses.push((await engine.evaluateStep(images)).lossSum / batch);
  }
  if (warm) seconds.push((performance.now() - begin) / 1000);
  // For whoever waits for it: see firstStepSeconds in programs.ts.
  if (iteration === 0) console.log('first step');
  last = images;
  if (seconds.length === work.steps) break;
}
const peakMemoryBytes = process.resourceUsage().maxRSS * 1024;
await save(engine, work.saveTrained);
const spikes = last === null ? {} : (await engine.evaluateStep(last)).spikes;
await engine.close();

const result: Measured = {
  peer: 'Kestirme',
  imagesPerSecond: batch / median(seconds),
  stepSeconds: seconds,
  losses,
  peakMemoryBytes,
  idleMemoryBytes,
  firingRates: Object.fromEntries(Object.entries(spikes).map(([name, { fired, total }]) => [name, fired / total])),
  versions: { node: process.versions.node, v8: process.versions.v8 },
};
console.log(JSON.stringify(result));
