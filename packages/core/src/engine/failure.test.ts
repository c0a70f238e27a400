/** Engines that fail: whatever happens in whichever thread, every call ends with the cause and no thread is left. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { platform } from '#platform';
import { defaultLambda } from '../lambda/schedule.js';
import type { WorkerFile } from '../platform/platform.js';
import { createEngine, createInlineEngine } from './createEngine.js';
import { batch, network, place, request, trainAlone, trainSome } from './engines.test.support.js';
import type { Fault } from './faultyEngine.test.support.js';
import type { Engine } from './types.js';
import { pending, threadCount, untilGone, watchWorkers } from './workers.test.support.js';

let sound: string;
beforeAll(async () => {
  // The first engine also starts threads of the host's own that stay.
  sound = await trainAlone(createEngine, { threads: 3 });
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** The engine has to be lost to `cause` while `calls` are pending; afterwards another one does what it should. */
async function expectLost(engine: Engine, calls: Promise<unknown>[], cause: RegExp, threads: number): Promise<void> {
  const errors = await Promise.all(calls.map((call) => call.catch((error: unknown) => error)));
  for (const error of errors) expect(error).toBe(errors[0]);
  expect(errors[0]).toMatchObject({ name: 'EngineFailure', message: expect.stringMatching(cause) });
  await expect(engine.load(request())).rejects.toBe(errors[0]);
  await untilGone(threads);
  vi.restoreAllMocks();
  expect(await trainAlone(createEngine, { threads: 3 })).toBe(sound);
  await engine.close();
}

describe('a failure of the engine', () => {
  it.each<[string, Fault, RegExp]>([
    ['a panic', 'panic', /^the engine trapped: panicked at .*the address 0/s],
    ['an address beyond the memory', 'address', /^the engine trapped: memory access out of bounds/],
    ['an exception in a step', 'exception', /^the engine failed in the middle of its work: thrown on purpose/],
    ['its thread ends', 'exit', /^the engine failed: worker ended with code 7/],
    ['its heap is full', 'heap', /^the engine failed: .*memory/],
  ])('%s: all calls end with it, and the threads are gone', async (_, fault, cause) => {
    const threads = threadCount();
    watchWorkers(fault);
    const engine = await createEngine({ threads: 3 });
    await engine.load(request());
    await expectLost(engine, pending(engine), cause, threads);
  });

  it('its thread is ended from outside in the middle of a step', async () => {
    const threads = threadCount();
    const workers = watchWorkers('endless');
    const engine = await createEngine({ threads: 3 });
    await engine.load(request());
    const calls = pending(engine);
    setTimeout(() => void workers.engine[0]?.terminate(), 50);
    await expectLost(engine, calls, /^the engine failed: worker ended with code 1/, threads);
  });

  it.each<[WorkerFile, string, RegExp]>([
    ['threads/poolWorker.js', 'engine/types.js', /^a thread of the engine failed: worker ended with code 0/],
    [
      'threads/poolWorker.js',
      'engine/isNotThere.js',
      /^file:.*\/engine\/isNotThere.js: no such file; kestirme brings it, .*createEngine\(\{ workerUrl \}\)/,
    ],
    [
      'engine/engineWorker.js',
      'engine/isNotThere.js',
      /^file:.*\/engine\/isNotThere.js: no such file; kestirme brings it, .*createEngine\(\{ workerUrl \}\)/,
    ],
  ])('a failed start rejects, leaves no thread and hears of no signal: %s is %s', async (file, other, message) => {
    const threads = threadCount();
    const { startWorker } = platform;
    vi.spyOn(platform, 'startWorker').mockImplementation((wanted, ...rest) =>
      startWorker(wanted.file === file ? { ...wanted, file: other as WorkerFile } : wanted, ...rest),
    );
    const controller = new AbortController();
    await expect(createEngine({ threads: 3, signal: controller.signal })).rejects.toThrow(message);
    controller.abort();
    await untilGone(threads);
  });
});

describe('a failure of a thread of the pool', () => {
  it('a trap in the middle of a kernel, for which the engine waits', async () => {
    const threads = threadCount();
    let inPool = 0;
    // Who gets the last task is open; the engine's own thread gets it now and then.
    for (let attempt = 0; inPool < 2 && attempt < 40; attempt++) {
      watchWorkers('task');
      const engine = await createEngine({ threads: 3 });
      await engine.load(request());
      const [failure] = await Promise.allSettled(pending(engine));
      const { message } = (failure as PromiseRejectedResult).reason as Error;
      expect(message).toMatch(/^(a thread of the engine failed|the engine trapped): .*memory access out of bounds/);
      if (message.startsWith('a thread')) inPool++;
      await untilGone(threads);
      vi.restoreAllMocks();
    }
    expect(inPool).toBe(2);
    expect(await trainAlone(createEngine, { threads: 3 })).toBe(sound);
  }, 120_000);

  it.each([0, 3, 20])('ended from outside %i ms after the first of many steps', async (milliseconds) => {
    const threads = threadCount();
    const workers = watchWorkers();
    const engine = await createEngine({ threads: 3 });
    await engine.load(request());
    const images = batch();
    const calls = Array.from({ length: 500 }, () => engine.trainStep(images, place));
    const last = calls.slice(-3);
    for (const call of calls) call.catch(() => {});
    setTimeout(() => void workers.pool[1]?.terminate(), milliseconds);
    await expectLost(engine, last, /^a thread of the engine failed: worker ended with code 1/, threads);
  });
});

describe('what is refused', () => {
  it('leaves the engine as it was', async () => {
    const engine = await createEngine({ threads: 2 });
    await expect(engine.trainStep(batch(), place)).rejects.toThrow('call load first');
    await engine.load(request());
    await engine.trainStep(batch(0), place);
    const good = batch(1);
    const refused = (changes: object, message: string) =>
      expect(engine.trainStep({ ...good, ...changes }, place)).rejects.toThrow(message);
    await refused({ size: 17 }, '17 images of 16x16x3 are 13056 bytes, the batch has 12288');
    await refused({ size: 0 }, 'a batch must have 1 image or more, got 0');
    await refused({ size: Number.NaN }, 'got NaN');
    await refused({ labels: good.labels.subarray(1) }, 'the batch has 15 labels for 16 images');
    await refused({ images: new Uint8Array(12289) }, 'are 12288 bytes, the batch has 12289');
    await refused(
      { images: new Float32Array(12288) },
      "a batch's images must be of type Uint8Array, got a Float32Array",
    );
    await refused({ labels: [...good.labels] }, "a batch's labels must be of type Int32Array, got a list of 16");
    await refused({ indices: undefined }, "a batch's indices must be of type Uint32Array, got undefined");
    await refused({ indices: new Uint32Array(3) }, 'the batch has 3 indices for 16 images');
    for (const label of [4, -1]) {
      const labels = good.labels.with(3, label);
      await refused({ labels }, `image 3 has the label ${label}, the network knows classes 0 to 3`);
    }
    const heads = engine.trainStep(good, { ...place, headWeights: [1, 1] });
    await expect(heads).rejects.toThrow('headWeights must be 1 numbers');
    for (const wrong of [{ epoch: Number.NaN }, { epoch: 1 }, { iteration: 10 }, { iterationsPerEpoch: 0 }]) {
      await expect(engine.trainStep(good, { ...place, ...wrong })).rejects.toThrow('no such place in the run: epoch');
    }
    await expect(engine.writeState({})).rejects.toThrow('the state is not of the loaded network');
    const tooLarge = { ...request(), training: { ...request().training, batchSize: 1e6, microBatch: 1e6 } };
    await engine.trainStep(batch(1), { ...place, iteration: 1 });
    await engine.trainStep(batch(2), { ...place, iteration: 2 });
    expect(await engine.weightsSha256()).toBe(sound);
    await expect(engine.load(tooLarge)).rejects.toThrow('the limit is');
    const evolution = { ...request(), training: { ...request().training, lambda: defaultLambda('evo-rise') } };
    await engine.load(evolution);
    await expect(engine.trainStep(good, place)).rejects.toThrow("lambda: preset 'evo-rise' needs shortcut heads");
    await engine.trainStep(good, { ...place, headWeights: [1] });
    expect(await trainSome(engine)).toBe(sound);
    await engine.close();
    await expect(engine.trainStep(batch(), place)).rejects.toThrow('the engine is closed');
  });
});

describe('inline', () => {
  /** A batch whose labels pass the check and are wrong when the kernel reads them. */
  function hostile() {
    const whole = batch();
    const wrong = whole.labels.with(0, 99);
    const labels = Object.assign(whole.labels, { subarray: wrong.subarray.bind(wrong) });
    return { ...whole, labels };
  }

  it.each([{ build: 'single' } as const, { threads: 1 }])(
    '%o: a trap ends all engines of its instance; others and the next go on',
    async (options) => {
      const threads = threadCount();
      const [first, second] = [await createInlineEngine(options), await createInlineEngine(options)];
      const other = await createInlineEngine('build' in options ? { threads: 1 } : { build: 'single' });
      for (const engine of [first, second, other]) await engine.load(request());
      const failure: unknown = await first.trainStep(hostile(), place).catch((error: unknown) => error);
      expect(failure).toMatchObject({
        name: 'EngineFailure',
        message: expect.stringMatching(/^the engine trapped: pan/),
      });
      await expect(first.weightsSha256()).rejects.toBe(failure);
      await expect(second.trainStep(batch(), place)).rejects.toBe(failure);
      expect(await trainSome(other)).toBe(sound);
      expect(await trainAlone(createInlineEngine, options)).toBe(sound);
      for (const engine of [first, second, other]) await engine.close();
      await untilGone(threads);
    },
  );

  it('has no pool, whose failure it could not hear; who asks for one is told', async () => {
    const threads = threadCount();
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const engine = await createInlineEngine({ threads: 4 });
    expect([engine.threads, threadCount()]).toEqual([1, threads]);
    expect(warn.mock.calls).toEqual([[expect.stringMatching(/^kestirme runs on one thread: .*createEngine, which/)]]);
    expect(await trainSome(engine)).toBe(sound);
    await engine.close();
    await expect(createInlineEngine({ build: 'threads', threads: 2 })).rejects.toThrow('no threaded build: an inline');
    const usual = await createInlineEngine();
    expect([usual.threads, warn.mock.calls.length]).toEqual([1, 1]);
    await usual.close();
  });

  it('a trap in a kernel leaves the process alive, with an engine to come', async () => {
    const from = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
    // As the fault 'task' of the engine behind a worker, in the kernels of the first engines.
    const script = `
      import { createInlineEngine } from ${from('./createEngine.js')};
      import { batch, place, request, trainAlone } from ${from('./engines.test.support.js')};
      import { Parameters } from ${from('../layers/parameters.js')};
      const { initialise } = Parameters.prototype;
      Parameters.prototype.initialise = function (kernels, seed) {
        const { api: { Conv2d }, memory } = kernels;
        const { forward } = Conv2d.prototype;
        Conv2d.prototype.forward = function (_, ...rest) {
          forward.call(this, memory.buffer.byteLength - 30720, ...rest);
        };
        initialise.call(this, kernels, seed);
      };
      for (let engines = 0; engines < 5; engines++) {
        const engine = await createInlineEngine({ threads: 4 });
        await engine.load(request());
        await engine.trainStep(batch(), place).catch((error) => console.log(error.name, error.message));
        await engine.close();
      }
      Parameters.prototype.initialise = initialise;
      console.log(await trainAlone(createInlineEngine, {}));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      timeout: 60_000,
    });
    const lines = stdout.trim().split('\n');
    expect(lines.splice(0, 5)).toEqual(Array(5).fill('EngineFailure the engine trapped: memory access out of bounds'));
    expect(lines).toEqual([sound]);
  }, 90_000);
});

it('two engines train two networks at once as each alone, and one that traps does not disturb the other', async () => {
  const alone = await trainAlone(createEngine, { threads: 2 }, 1);
  const [a, b] = await Promise.all([createEngine({ threads: 3 }), createEngine({ threads: 2 })]);
  expect(await Promise.all([trainSome(a, 0), trainSome(b, 1)])).toEqual([sound, alone]);
  watchWorkers('panic');
  const faulty = await createEngine({ threads: 2 });
  await faulty.load({ ...request(), network });
  const [lost, went] = await Promise.allSettled([faulty.trainStep(batch(), place), trainSome(b, 1)]);
  expect(lost.status).toBe('rejected');
  expect(went).toEqual({ status: 'fulfilled', value: alone });
  for (const engine of [a, b, faulty]) await engine.close();
});

it('a process with an idle engine that nobody closed ends by itself', async () => {
  const from = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
  const script = `
    import { createEngine } from ${from('./createEngine.js')};
    import { trainSome } from ${from('./engines.test.support.js')};
    console.log(await trainSome(await createEngine({ threads: 2 })));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    timeout: 30_000,
  });
  expect(stdout.trim()).toBe(sound);
}, 60_000);
