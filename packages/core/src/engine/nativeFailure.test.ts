/** Native engines that fail, are closed or lose their thread in a step: the process lives, and nothing of them is left. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createEngine, createInlineEngine } from './createEngine.js';
import { batch, place, request, trainAlone, trainSome } from './engines.test.support.js';
import type { Fault } from './faultyEngine.test.support.js';
import { builtNative } from './nativeEngine.test.support.js';
import { pending, threadCount, untilGone, watchWorkers } from './workers.test.support.js';

const built = await builtNative();
const backend = 'native' as const;

afterEach(() => {
  vi.restoreAllMocks();
});

describe.skipIf(built === null)('a native engine', () => {
  let sound: string;
  beforeAll(async () => {
    sound = await trainAlone(createEngine, { backend: 'wasm', threads: 2 });
    await trainAlone(createEngine, { backend, threads: 3 });
  });

  it.each<[Fault, RegExp]>([
    ['panic', /^the engine trapped: panicked at \/kestirme\/crates.*the address 0/s],
    ['address', /^the engine trapped: panicked at .*memory access out of bounds: \d+ values at address 4294901760 of/s],
    ['exception', /^the engine failed in the middle of its work: thrown on purpose/],
    ['exit', /^the engine failed: worker ended with code 7/],
    ['heap', /^the engine failed: .*memory/],
  ])('%s: all calls end with it, threads are gone, others go on', async (fault, cause) => {
    const threads = threadCount();
    const other = await createEngine({ backend, threads: 3 });
    watchWorkers(fault);
    const engine = await createEngine({ backend, threads: 3 });
    await engine.load(request());
    const lost = Promise.all(pending(engine).map((call) => call.catch((error: unknown) => error)));
    expect(await trainSome(other)).toBe(sound);
    const errors = await lost;
    for (const error of errors) expect(error).toBe(errors[0]);
    expect(errors[0]).toMatchObject({ name: 'EngineFailure', message: expect.stringMatching(cause) });
    await other.close();
    await engine.close();
    await untilGone(threads);
  });

  it.each([1, 3])(
    'inline, %i threads: a panic is its failure, and other engines of the thread go on',
    async (count) => {
      const threads = threadCount();
      const [engine, other] = [
        await createInlineEngine({ backend, threads: count }),
        await createInlineEngine({ backend, threads: count }),
      ];
      for (const one of [engine, other]) await one.load(request());
      const whole = batch();
      // They pass the check, and are wrong when the kernel reads them.
      const labels = Object.assign(whole.labels, { subarray: () => whole.labels.with(0, 99) });
      const failure: unknown = await engine.trainStep({ ...whole, labels }, place).catch((error: unknown) => error);
      expect(failure).toMatchObject({
        name: 'EngineFailure',
        message: expect.stringMatching(/^the engine trapped: pan/),
      });
      await expect(engine.weightsSha256()).rejects.toBe(failure);
      expect(await trainSome(other)).toBe(sound);
      for (const one of [engine, other]) await one.close();
      await untilGone(threads);
    },
  );

  it.each([0, 5, 20])('its thread is ended, or it is closed, %i ms after the first of many steps', async (wait) => {
    const threads = threadCount();
    const workers = watchWorkers();
    const engines = await Promise.all([1, 2].map(() => createEngine({ backend, threads: 3 })));
    const images = batch();
    const calls = engines.flatMap((engine) => [
      engine.load(request()),
      ...Array.from({ length: 300 }, () => engine.trainStep(images, place)),
    ]);
    for (const call of calls) call.catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, wait));
    await Promise.all([workers.engine[0]?.terminate(), engines[1]?.close()]);
    await expect(calls[300]).rejects.toThrow('worker ended with code 1');
    await expect(calls[601]).rejects.toThrow('the engine is closed');
    await untilGone(threads);
    vi.restoreAllMocks();
    expect(await trainAlone(createEngine, { backend, threads: 3 })).toBe(sound);
  });

  it('many opened and closed leave neither threads nor memory', async () => {
    const threads = threadCount();
    const { arrayBuffers } = process.memoryUsage();
    // Else the garbage collector would do what closing has to.
    const closed: unknown[] = [];
    let planned = 0;
    for (let i = 0; i < 25; i++) {
      const engine = await createInlineEngine({ backend, threads: 4 });
      const { training } = request();
      const plan = await engine.load({ ...request(), training: { ...training, batchSize: 256, microBatch: 256 } });
      await engine.close();
      closed.push(engine);
      planned = plan.totalBytes;
    }
    expect(closed).toHaveLength(25);
    expect(process.memoryUsage().arrayBuffers - arrayBuffers).toBeLessThan(planned);
    expect(threadCount()).toBe(threads);
  });

  it('the process may end at any moment', async () => {
    const from = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
    const script = `
      import { createEngine, createInlineEngine } from ${from('./createEngine.js')};
      import { batch, place, request, trainSome } from ${from('./engines.test.support.js')};
      const own = await createInlineEngine({ backend: 'native', threads: 3 });
      await trainSome(own);
      const engine = await createEngine({ backend: 'native', threads: 3 });
      await engine.load(request());
      const images = batch();
      for (let i = 0; i < 50; i++) engine.trainStep(images, place).catch(() => {});
      if (process.argv[1] === 'exit') setTimeout(() => process.exit(5), 20);
      else if (process.argv[1] === 'idle') await engine.weightsSha256();`;
    const run = (how: string) =>
      promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, how], { timeout: 60_000 });
    expect(await run('idle')).toMatchObject({ stderr: '' });
    await expect(run('exit')).rejects.toMatchObject({ code: 5, stderr: '' });
  });
});
