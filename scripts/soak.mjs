// npm run soak: engines made and closed, trainings cancelled at random moments, and a day's steps on one engine, all in
// this process, whose memory and threads must not grow. The defaults are short; a recorded run takes
//   npm run soak -- --engines 500 --aborts 100 --steps 0
//   npm run soak -- --engines 0 --aborts 0 --steps 1728000
// apart, for what the engines left in the heap comes and goes by more than the steps may add. --backend native, or wasm:
// on these kernels.
// Node is started with a small young generation, which V8 otherwise lets grow for a long time without need.
import { existsSync, readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { isMain, runScript, ScriptError } from './process.mjs';

/** Of ResNet-20, T 2, batches of 32, at 197 images/s: the network of docs/performance.md with the most steps a day. */
const stepsPerSecond = 6.2;
const dayOfSteps = 24 * 3600 * stepsPerSecond;
const mebi = 1_048_576;
/** By which the resident memory may grow between the first fifth of the engines and the last. */
const engineGrowth = 16 * mebi;
/** The share by which it may grow between the first tenth of the steps and the last. */
const stepGrowth = 0.02;
/** In a run too short to leave the warm-up behind, bytes instead: one forgotten promise in each of 40,000 steps is more. */
const shortGrowth = 16 * mebi;
const shortRun = dayOfSteps / 10;
/** A guard against hanging; how long it takes is printed. */
const slowestRejection = 10_000;

/** Resident memory without what JavaScript has dropped already, and threads where the host tells them. */
async function measure() {
  for (let i = 0; i < 2; i++) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const threads = existsSync('/proc/self/task') ? readdirSync('/proc/self/task').length : 0;
  return { rss: process.memoryUsage.rss(), threads };
}

const show = ({ rss, threads }) => `${(rss / mebi).toFixed(1)} MiB, ${threads} threads`;

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

const lambda = { preset: 'vanilla', ramp: 'linear', per: 'epoch', start: 1 };

/** Random bytes and labels as a data set, on shared memory. */
function noise({ RandomStream }, sizes, trainSize, testSize) {
  const random = new RandomStream(0, 5);
  const split = (size) => {
    const images = new Uint8Array(new SharedArrayBuffer(size * sizes.channels * sizes.height * sizes.width));
    const labels = new Int32Array(new SharedArrayBuffer(4 * size));
    for (let i = 0; i < images.length; i++) images[i] = random.below(256);
    for (let i = 0; i < size; i++) labels[i] = random.below(sizes.classes);
    return { images, labels, size };
  };
  const channels = Array(sizes.channels);
  const info = {
    ...sizes,
    name: 'noise',
    trainSize,
    testSize,
    mean: channels.fill(0.5),
    std: channels.slice().fill(0.3),
  };
  const classNames = Array.from({ length: sizes.classes }, (_, i) => String(i));
  return {
    info: { ...info, classNames },
    train: split(trainSize),
    test: split(testSize),
    augment: { crop: 1, flip: true },
  };
}

/** What the engines and the aborted trainings share. */
const small = { size: 16, batchSize: 20, outChannels: 8 };

/** What all parts train, by the size of the data set. */
function task(core, { size, epochs, trainSize, batchSize, outChannels }) {
  const dataset = noise(core, { channels: 1, height: size, width: size, classes: 4 }, trainSize, 4 * batchSize);
  const network = new core.NetworkBuilder({ input: dataset.info, timeSteps: 1, classes: 4 })
    .conv2d({ outChannels, kernel: 3, padding: 1 })
    .batchNorm()
    .lif()
    .build();
  return { dataset, network, options: core.defaultTrainingOptions({ epochs, batchSize, lr: 0.01, lambda }) };
}

/** Engines of every kind, one after the other, each for one short training. */
async function engines(count, core, datasets, backend) {
  const { dataset, network, options } = task(core, { ...small, epochs: 1, trainSize: 40 });
  const kinds = [
    [core.createEngine, { threads: 2 }],
    [core.createInlineEngine, { threads: 2 }],
    [core.createEngine, { threads: 3 }],
    [core.createInlineEngine, { threads: 3 }],
    [core.createEngine, { build: 'single' }],
    [core.createInlineEngine, { build: 'single' }],
  ];
  const hashes = new Set();
  const samples = [];
  for (let i = 1; i <= count; i++) {
    const [create, how] = kinds[i % kinds.length];
    const engine = await create({ ...how, backend });
    const data = datasets.createLoader(dataset, { batchSize: 20, seed: 0, workers: 1 });
    await core.train({ engine, network, data, options });
    hashes.add(await engine.weightsSha256());
    await data.close();
    await engine.close();
    if (i % Math.ceil(count / 10) === 0 || i === count) {
      samples.push(await measure());
      console.log(`  ${i} engines: ${show(samples.at(-1))}`);
    }
  }
  const [early, late] = [samples[Math.min(1, samples.length - 1)], samples.at(-1)];
  const grown = late.rss - early.rss;
  console.log(
    `  grown by ${(grown / mebi).toFixed(1)} MiB and ${late.threads - early.threads} threads since the first fifth`,
  );
  if (hashes.size !== 1) throw new ScriptError(`the engines trained to ${hashes.size} different results`);
  if (grown > engineGrowth) throw new ScriptError(`memory grew by more than ${engineGrowth / mebi} MiB`);
  if (late.threads > early.threads) throw new ScriptError('threads are left of engines that were closed');
}

/** Trainings ended at random moments, by turns at once and with a checkpoint; the others go on to the same weights. */
async function aborts(count, core, datasets, backend) {
  const { dataset, network, options } = task(core, { ...small, epochs: 3, trainSize: 400 });
  const random = new core.RandomStream(1, 5);

  /** `at`: milliseconds; the hash, or null when the signal was faster. */
  async function once(at, hard) {
    const controller = new AbortController();
    const reason = new Error('cancelled');
    const { signal } = controller;
    let abortedAt = Number.POSITIVE_INFINITY;
    const timer = setTimeout(() => {
      abortedAt = performance.now();
      controller.abort(reason);
    }, at);
    let engine;
    let data;
    let checkpoint;
    const run = (more) => core.train({ engine, network, data, options, ...more });
    try {
      engine = await core.createEngine({ threads: 2, backend, ...(hard ? { signal } : {}) });
      data = datasets.createLoader(dataset, { batchSize: 20, seed: 0, workers: 1, ...(hard ? { signal } : {}) });
      const keep = async (open) => {
        checkpoint = await core.copyOf(open);
      };
      const { finished } = await run(hard ? {} : { signal, onCheckpoint: keep });
      const late = performance.now() - abortedAt;
      if (!finished) await run({ resume: checkpoint });
      return { hash: await engine.weightsSha256(), stopped: !finished, late: finished ? undefined : late };
    } catch (error) {
      if (error !== reason) throw error;
      return { hash: null, stopped: true, late: performance.now() - abortedAt };
    } finally {
      clearTimeout(timer);
      await data?.close();
      await engine?.close();
    }
  }

  const longest = 2 ** 31 - 1;
  const began = performance.now();
  const { hash } = await once(longest, true);
  const whole = Math.ceil(performance.now() - began);
  const before = await measure();
  const late = { ended: [], resumed: [] };
  for (let i = 0; i < count; i++) {
    const outcome = await once(random.below(whole), i % 2 === 0);
    if (outcome.hash !== null && outcome.hash !== hash)
      throw new ScriptError('a cancelled training went on to other weights');
    if (outcome.stopped) late[outcome.hash === null ? 'ended' : 'resumed'].push(outcome.late);
  }
  const { hash: after } = await once(longest, true);
  const left = (await measure()).threads - before.threads;
  const times = (all) =>
    all.length === 0 ? '' : ` after ${median(all).toFixed(0)} ms (at most ${Math.max(...all).toFixed(0)})`;
  console.log(
    `  ${count} aborts within ${whole} ms: ${late.ended.length} rejected at once${times(late.ended)}, ` +
      `${late.resumed.length} ended with a checkpoint${times(late.resumed)} and resumed, ` +
      `${count - late.ended.length - late.resumed.length} came too late; ${left} threads left`,
  );
  if (after !== hash) throw new ScriptError('a training after the aborts has other weights');
  if (Math.max(0, ...late.ended, ...late.resumed) > slowestRejection) throw new ScriptError('an abort took too long');
  if (left > 0) throw new ScriptError('threads are left of trainings that were cancelled');
}

/** One engine for as many steps as it does in a day, of a network so small that a day takes minutes. */
async function steps(count, core, datasets, backend) {
  const perEpoch = Math.min(20_000, Math.ceil(count / 5));
  const epochs = Math.ceil(count / perEpoch);
  const shape = { size: 4, epochs, trainSize: perEpoch, batchSize: 1, outChannels: 4 };
  const { dataset, network, options } = task(core, shape);
  const engine = await core.createEngine({ threads: 2, backend });
  const data = datasets.createLoader(dataset, { batchSize: 1, seed: 0, workers: 1 });
  const total = epochs * perEpoch;
  const every = Math.ceil(total / 40);
  const samples = [];
  const began = performance.now();
  let done = 0;
  const onStep = async () => {
    if (++done % every !== 0 && done !== total) return;
    samples.push(await measure());
    const rate = (done / (performance.now() - began)) * 1000;
    if (samples.length % 4 === 0) {
      console.log(
        `  ${done} steps (${((done / total) * 100).toFixed(0)} %): ${show(samples.at(-1))}, ${rate.toFixed(0)} steps/s`,
      );
    }
  };
  await core.train({ engine, network, data, options, onStep, onCheckpoint: core.encodeCheckpoint });
  await data.close();
  await engine.close();
  const tenth = Math.max(1, Math.floor(samples.length / 10));
  // The first tenth is the warm-up.
  const [early, late] = [samples.slice(tenth, 2 * tenth), samples.slice(-tenth)].map((part) => ({
    rss: median(part.map(({ rss }) => rss)),
    threads: Math.max(...part.map(({ threads }) => threads)),
  }));
  const growth = late.rss / early.rss - 1;
  const hours = (total / dayOfSteps) * 24;
  console.log(
    `  ${total} steps are ${hours.toFixed(1)} hours at ${stepsPerSecond} steps/s: ${show(early)} after warm-up, ${show(late)} at the end ` +
      `(${(growth * 100).toFixed(2)} %)`,
  );
  const allowed = Math.max(stepGrowth * early.rss, total < shortRun ? shortGrowth : 0);
  if (late.rss - early.rss > allowed)
    throw new ScriptError(`memory grew by more than ${(allowed / mebi).toFixed(1)} MiB`);
  if (late.threads > early.threads) throw new ScriptError('the number of threads grew');
}

if (isMain(import.meta.url)) {
  await runScript(async () => {
    if (globalThis.gc === undefined) throw new ScriptError('Run it by npm run soak, which gives Node its flags.');
    const number = (fallback) => ({ type: 'string', default: fallback });
    const counts = { engines: number('48'), aborts: number('10'), steps: number('40000') };
    const { values } = parseArgs({ options: { ...counts, backend: { type: 'string', default: 'auto' } } });
    const [core, datasets] = [await import('kestirme'), await import('@kestirme/datasets')];
    for (const [name, part] of Object.entries({ engines, aborts, steps })) {
      const count = Number(values[name]);
      if (!Number.isSafeInteger(count) || count < 0)
        throw new ScriptError(`--${name} must be a whole number, got ${values[name]}`);
      if (count === 0) continue;
      console.log(`${count} ${name}`);
      const began = performance.now();
      await part(count, core, datasets, values.backend);
      console.log(`  ok, ${((performance.now() - began) / 1000).toFixed(0)} s`);
    }
  });
}
