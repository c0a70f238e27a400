/** What does not fit is refused before memory is taken, with what would fit. */
import { describe, expect, it, vi } from 'vitest';
import { platform } from '#platform';
import { createInlineEngine } from '../engine/createEngine.js';
import { withReserve } from '../engine/engines.test.support.js';
import { builtNative } from '../engine/nativeEngine.test.support.js';
import { Session } from '../engine/session.js';
import { SharedEngine } from '../engine/sharedEngine.js';
import type { LoadRequest } from '../engine/types.js';
import { pooledKernels } from '../kernels/backends/pooled.test.support.js';
import { loadKernels } from '../kernels/backends/wasm.js';
import { buildModel } from '../models/model.js';
import type { NetworkSpec } from '../network/spec.js';
import type { TrainingOptions } from '../train/options.js';
import { defaultTrainingOptions } from '../train/validateOptions.js';
import { largest } from './room.js';

const input = { channels: 3, height: 16, width: 16 };
const network = buildModel('resnet20', { width: 0.5, timeSteps: 2, input, classes: 5 });
const request = (changes: Partial<TrainingOptions> = {}, of: NetworkSpec = network): LoadRequest => ({
  network: of,
  training: defaultTrainingOptions({ batchSize: 64, ...changes }),
  mean: [0.5, 0.5, 0.5],
  std: [0.2, 0.2, 0.2],
});
const mebibyte = 1_048_576;
const native = await builtNative();

/** An engine that counts what it takes. */
async function counting(memoryLimit: number | undefined) {
  const kernels = await loadKernels('single', 1, []);
  const reserve = vi.fn(kernels.memory.reserve);
  return {
    session: new SharedEngine(new Session(withReserve(kernels, reserve), memoryLimit)),
    reserve,
  };
}

describe('a network beyond 4 GiB', () => {
  const large = request({ batchSize: 2048 }, buildModel('resnet18', { timeSteps: 4, input, classes: 5 }));
  const gibibyte = 1024 * mebibyte;

  it.each([
    [
      64 * gibibyte,
      /for WebAssembly addresses 4 GiB; native has room for it \(`backend: 'native'`\); what fits: a batch/,
    ],
    [gibibyte, /for WebAssembly addresses 4 GiB; what fits: a batch/],
  ])('is refused on WebAssembly, with a word on native where %i bytes are free', async (free, message) => {
    vi.spyOn(platform, 'availableMemory').mockReturnValue(free);
    const { session } = await counting(undefined);
    await expect(session.load(large)).rejects.toThrow(message);
    await session.close();
    const { session: limited } = await counting(gibibyte);
    await expect(limited.load(large)).rejects.toThrow(/as asked for \(`memoryLimit`\); what fits/);
    await limited.close();
    vi.restoreAllMocks();
  });

  it.skipIf(native === null)('is planned on native kernels, to the byte as small ones are', async () => {
    vi.spyOn(platform, 'availableMemory').mockReturnValue(64 * gibibyte);
    const engine = await createInlineEngine({ backend: 'native', threads: 2 });
    const { plan, fits, limitBytes } = await engine.memoryRoom(large);
    expect({ fits, limitBytes }).toEqual({ fits: true, limitBytes: 64 * gibibyte });
    expect(plan?.totalBytes).toBeGreaterThan(4 * gibibyte);
    const kernels = await pooledKernels(2);
    const session = new SharedEngine(
      new Session({ ...kernels, limit: { bytes: 64 * gibibyte, reason: '' } }, undefined),
    );
    expect((await session.memoryRoom(large)).plan?.parts).toEqual(plan?.parts);
    vi.spyOn(platform, 'availableMemory').mockReturnValue(gibibyte);
    const other = await createInlineEngine({ backend: 'native', threads: 2 });
    await expect(other.load(large)).rejects.toThrow(
      'the limit is 1024.0 MiB, which is what this machine has free; what',
    );
    for (const one of [engine, session, other]) await one.close();
    vi.restoreAllMocks();
  });
});

describe('a plan over the limit', () => {
  it('is refused with the plan and what fits, which then does fit, and no more', async () => {
    const { session, reserve } = await counting(4 * mebibyte);
    const error: Error = await session.load(request()).then(
      () => new Error('nothing was refused'),
      (reason) => reason,
    );
    expect(error.message).toMatch(
      /^resnet20 with 64 images at a time needs [\d.]+ MiB \(parameters 0\.3 MiB, .*\); the limit is 4\.0 MiB, as asked for/,
    );
    const [, batch, micro] = (
      /what fits: a batch of (\d+) \(`batchSize`\), or the batch of 64 in micro-batches of (\d+) \(`microBatch`\)$/.exec(
        error.message,
      ) ?? []
    ).map(Number) as [number, number, number];
    expect(reserve).not.toHaveBeenCalled();
    await session.load(request({ batchSize: batch }));
    await session.load(request({ microBatch: micro }));
    expect(reserve).toHaveBeenCalledTimes(2);
    await expect(session.load(request({ batchSize: batch + 1 }))).rejects.toThrow(`a batch of ${batch} (`);
    await expect(session.load(request({ microBatch: micro + 1 }))).rejects.toThrow(`micro-batches of ${micro}`);
    const room = await session.memoryRoom(request());
    expect(room).toMatchObject({ fits: false, largestBatch: batch, largestMicroBatch: micro });
    expect(room.plan?.totalBytes).toBeGreaterThan(4 * mebibyte);
    expect(await session.memoryRoom(request({ batchSize: batch }))).toMatchObject({ fits: true, largestBatch: batch });
    await session.close();
  });

  it('whose parameters alone do not fit is told so', async () => {
    const { session } = await counting(mebibyte);
    const wide = request({}, buildModel('resnet18', { timeSteps: 2, input, classes: 5 }));
    await expect(session.load(wide)).rejects.toThrow(
      'not even one image at a time fits: take a smaller network or image, or fewer than 2 time steps',
    );
    expect(await session.memoryRoom(wide)).toMatchObject({ fits: false, largestBatch: 0, largestMicroBatch: 0 });
  });

  it.each([Number.NaN, 0, -1, Number.POSITIVE_INFINITY])('no limit is %d', async (memoryLimit) => {
    await expect(createInlineEngine({ build: 'single', memoryLimit })).rejects.toThrow(
      `\`memoryLimit\` must be a number of bytes above 0, got ${memoryLimit}`,
    );
  });
});

it('a host that gives less than it promised is told of, with the bytes', async () => {
  const { session, reserve } = await counting(undefined);
  reserve.mockReturnValue(0);
  const { plan } = await session.memoryRoom(request());
  await expect(session.load(request())).rejects.toThrow(
    new RegExp(`the host gives no [\\d.]+ MiB \\(${plan?.totalBytes} bytes\\) of memory for resnet20: close other`),
  );
  reserve.mockRestore();
});

it('sizes that no 32 bits hold are refused at once, not planned with numbers that wrapped', async () => {
  const { session, reserve } = await counting(undefined);
  const vast = buildModel('resnet20', { timeSteps: 64, input: { channels: 3, height: 1024, width: 1024 }, classes: 5 });
  const began = performance.now();
  await expect(session.load(request({ batchSize: 1_048_576 }, vast))).rejects.toThrow(
    'does not fit (stem.conv of resnet20 works on more numbers than 32 bits can count, 3.38e+15, with 1048576 images',
  );
  expect(await session.memoryRoom(request({ batchSize: 1_048_576 }, vast))).toMatchObject({ plan: null, fits: false });
  expect(performance.now() - began).toBeLessThan(30_000);
  expect(reserve).not.toHaveBeenCalled();
});

it('finds the largest that fits with few questions', () => {
  for (const answer of [0, 1, 2, 3, 7, 8, 100, 999, 1000]) {
    const asked: number[] = [];
    const fits = (n: number) => {
      asked.push(n);
      return n <= answer;
    };
    expect(largest(1000, fits)).toBe(answer);
    expect(asked.length).toBeLessThan(22);
    expect(Math.max(0, ...asked)).toBeLessThanOrEqual(1000);
  }
  expect(largest(0, () => true)).toBe(0);
});
