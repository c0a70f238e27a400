/** Our side of a comparison: one process, one line of JSON, as the peers print it. */
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { type Engine, encodeSafetensors } from 'kestirme';
import { batches } from './images.js';
import { chosenOf, inferenceLoss, openOwnEngine, placeOf } from './ownEngine.js';
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

const losses: number[] = [];
const source = batches({ file: work.data, size: batch, images: work.images })[Symbol.iterator]();
let images = source.next().value;
let warmupBegin = 0;

/** Whether the steps before the timed ones are done. */
function isWarm(): boolean {
  if (losses.length === work.pretrain) warmupBegin = performance.now();
  const enough = losses.length >= work.pretrain + work.warmup;
  return enough && performance.now() - warmupBegin >= 1000 * work.warmupSeconds;
}

/** Takes one step on the next images; gives its seconds. */
async function step(): Promise<number> {
  const iteration = losses.length;
  images = iteration === 0 ? images : source.next().value;
  const begin = performance.now();
  if (work.mode === 'train' || iteration < work.pretrain) {
    losses.push((await engine.trainStep(images, placeOf(iteration))).loss);
  } else {
    losses.push(await inferenceLoss(engine, images));
  }
  const seconds = (performance.now() - begin) / 1000;
  // For whoever waits for it: see firstStepSeconds in programs.ts.
  if (iteration === 0) console.log('first step');
  return seconds;
}

let warm = false;
async function turn(steps: number): Promise<void> {
  for (warm ||= isWarm(); !warm; warm = isWarm()) await step();
  const seconds: number[] = [];
  while (seconds.length < steps) seconds.push(await step());
  const peakMemoryBytes = process.resourceUsage().maxRSS * 1024;
  const { spikes } = await engine.evaluateStep(images);
  const { backend, simd } = chosenOf(engine);
  const result: Measured = {
    peer: 'Kestirme',
    ...{ backend, simd },
    imagesPerSecond: batch / median(seconds),
    stepSeconds: seconds,
    losses,
    peakMemoryBytes,
    idleMemoryBytes,
    firingRates: Object.fromEntries(Object.entries(spikes).map(([name, { fired, total }]) => [name, fired / total])),
    versions: { node: process.versions.node, v8: process.versions.v8 },
  };
  console.log(JSON.stringify(result));
}

if (work.turns) for await (const line of createInterface({ input: process.stdin })) await turn(Number(line));
else await turn(work.steps);
await save(engine, work.saveTrained);
await engine.close();
