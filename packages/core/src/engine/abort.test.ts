/** Cancelling at any moment: by the engine's signal, which ends it at once, and by a job's, which leaves it usable. */
import { existsSync, readdirSync } from 'node:fs';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { platform } from '#platform';
import type { WorkerFile } from '../platform/platform.js';
import { createEngine, createInlineEngine } from './createEngine.js';
import { batch, place, request, trainAlone, trainSome } from './engines.test.support.js';

const threadCount = () => (existsSync('/proc/self/task') ? readdirSync('/proc/self/task').length : 0);

async function untilGone(before: number): Promise<void> {
  while (threadCount() > before) await new Promise((resolve) => setTimeout(resolve, 5));
}
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

let sound: string;
beforeAll(async () => {
  sound = await trainAlone(createEngine, { threads: 3 });
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** It has one thread, whatever is asked for. */
const inline: typeof createEngine = (options) => createInlineEngine({ ...options, threads: 1 });

describe("an engine's signal", () => {
  it('that is aborted already, or while the threads start, ends the creation', async () => {
    const threads = threadCount();
    const aborted = AbortSignal.abort();
    for (const create of [createEngine, inline]) {
      await expect(create({ threads: 3, signal: aborted })).rejects.toBe(aborted.reason);
      for (const milliseconds of [0, 3, 10, 20]) {
        const controller = new AbortController();
        const reason = new Error(`after ${milliseconds} ms`);
        const creation = create({ threads: 3, signal: controller.signal });
        creation.catch(() => {});
        await pause(milliseconds);
        controller.abort(reason);
        // Where the engine was faster, its next call tells.
        await expect(creation.then((engine) => engine.load(request()))).rejects.toBe(reason);
        await untilGone(threads);
      }
    }
  });

  it('ends every call, even in the middle of a step that never would', async () => {
    const threads = threadCount();
    const { startWorker } = platform;
    const faulty = 'engine/faultyEngine.test.support.js' as WorkerFile;
    vi.spyOn(platform, 'startWorker').mockImplementation((script, data, transfer) =>
      script.file === 'engine/engineWorker.js'
        ? startWorker({ ...script, file: faulty }, { ...(data as object), fault: 'endless' }, transfer)
        : startWorker(script, data, transfer),
    );
    const controller = new AbortController();
    const engine = await createEngine({ threads: 3, signal: controller.signal });
    await engine.load(request());
    const calls = [engine.trainStep(batch(), place), engine.weightsSha256(), engine.load(request())];
    const outcomes = Promise.allSettled(calls);
    await pause(30);
    controller.abort();
    for (const outcome of await outcomes) {
      expect(outcome).toEqual({ status: 'rejected', reason: controller.signal.reason });
    }
    await expect(engine.readState()).rejects.toMatchObject({ name: 'AbortError' });
    await untilGone(threads);
    await engine.close();
    vi.restoreAllMocks();
    expect(await trainAlone(createEngine, { threads: 3 })).toBe(sound);
  });

  it('is let go when the engine is closed', async () => {
    const { signal } = new AbortController();
    const listeners = new Set<unknown>();
    vi.spyOn(signal, 'addEventListener').mockImplementation((_, listener) => void listeners.add(listener));
    vi.spyOn(signal, 'removeEventListener').mockImplementation((_, listener) => void listeners.delete(listener));
    for (const create of [createEngine, inline]) {
      const engine = await create({ threads: 2, signal });
      expect(listeners.size).toBe(1);
      await engine.close();
      expect(listeners.size).toBe(0);
    }
  });

  it('ends an inline engine between its calls', async () => {
    const controller = new AbortController();
    const engine = await createInlineEngine({ signal: controller.signal });
    expect(await trainSome(engine)).toBe(sound);
    controller.abort();
    await expect(engine.trainStep(batch(), place)).rejects.toBe(controller.signal.reason);
    expect(await trainAlone(createInlineEngine, {})).toBe(sound);
  });
});
