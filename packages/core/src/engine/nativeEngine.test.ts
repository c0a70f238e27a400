/** Engines on native kernels: the bits of WebAssembly's, and as hard to break. */
import { readFileSync } from 'node:fs';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { platform } from '#platform';
import { chooseBackend } from './chooseBackend.js';
import { createEngine, createInlineEngine } from './createEngine.js';
import { batch, place, request, trainAlone, trainSome } from './engines.test.support.js';
import { builtNative } from './nativeEngine.test.support.js';
import type { Engine, EngineOptions } from './types.js';

const native = await builtNative();
const steps = async (engine: Engine, from: number, to: number) => {
  for (let i = from; i < to; i++) await engine.trainStep(batch(i), { ...place, iteration: i });
};

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe.skipIf(native === null)('an engine on native kernels', () => {
  const ways: [typeof createEngine, EngineOptions][] = [
    [createEngine, { threads: 3 }],
    [createEngine, { threads: 1 }],
    [createInlineEngine, { threads: 4 }],
    [createInlineEngine, { build: 'single' }],
  ];
  let sound: string;
  beforeAll(async () => {
    sound = await trainAlone(createEngine, { threads: 2, backend: 'wasm' });
  });

  it.each(ways)('has the bits of WebAssembly: %o, %o', async (create, options) => {
    const engine = await create({ ...options, backend: 'native' });
    expect(engine).toMatchObject({ backend: 'native', simd: native?.simd, backendNote: null });
    expect(engine.threads).toBe(options.threads ?? 1);
    expect(engine.build).toBe((options.threads ?? 1) > 1 ? 'threads' : 'single');
    expect(await trainSome(engine)).toBe(sound);
    expect(await engine.kernelsSha256()).toBe(await platform.sha256([readFileSync(native?.file as string)]));
    await engine.close();
    await expect(engine.weightsSha256()).rejects.toThrow('the engine is closed');
  });

  it.each([
    ['native', 'wasm'],
    ['wasm', 'native'],
  ] as const)('%s goes on from the state of %s to the same bits, probes and evaluations included', async (a, b) => {
    const run = async (backends: readonly ['native' | 'wasm', 'native' | 'wasm']) => {
      const engines = await Promise.all(
        backends.map((backend) => createInlineEngine({ backend, threads: backend === 'native' ? 2 : 1 })),
      );
      const [first, second] = engines as [Engine, Engine];
      await first.load(request(3));
      await steps(first, 0, 2);
      await second.load(request(3));
      await second.writeState(await first.readState());
      await steps(second, 2, 4);
      const { probe } = await second.trainStep(batch(4), { ...place, iteration: 4, probe: true });
      const { logits } = await second.evaluateStep(batch(5));
      const sha256 = await second.weightsSha256();
      for (const engine of engines) await engine.close();
      return { sha256, probe, logits };
    };
    expect(await run([a, b])).toEqual(await run(['wasm', 'wasm']));
  });

  it('profiles itself, and measures what the machine attains', async () => {
    const engine = await createInlineEngine({ backend: 'native', threads: 2 });
    await engine.load(request());
    const { machine } = await engine.profile(batch(), { steps: 1 });
    expect(machine?.gigaMacsPerSecond).toBeGreaterThan(0);
    await engine.close();
  });

  it('several of them, in this thread and in others, do not disturb each other', async () => {
    const alone = await Promise.all([0, 1, 2].map((seed) => trainAlone(createInlineEngine, { backend: 'wasm' }, seed)));
    const native = { backend: 'native' } as const;
    const engines = await Promise.all([
      createInlineEngine({ ...native, threads: 1 }),
      createInlineEngine({ ...native, threads: 3 }),
      createInlineEngine({ ...native, threads: 2 }),
      createEngine({ ...native, threads: 2 }),
      createEngine({ ...native, threads: 3 }),
      createEngine({ ...native, threads: 1 }),
    ]);
    expect(await Promise.all(engines.map((engine, i) => trainSome(engine, i % 3)))).toEqual([...alone, ...alone]);
    // Step by step, in turns, with more open than train.
    const [one, two] = engines;
    await one.load(request(0));
    await two.load(request(1));
    for (let i = 0; i < 3; i++) for (const engine of [one, two]) await steps(engine, i, i + 1);
    expect([await one.weightsSha256(), await two.weightsSha256()]).toEqual(alone.slice(0, 2));
    await one.close();
    expect(await trainSome(two, 1)).toBe(alone[1]);
    for (const engine of engines) await engine.close();
  });
});

describe('the choice of kernels', () => {
  it.skipIf(native === null)("is native for 'auto', which checks the bits once", async () => {
    const load = vi.spyOn(platform, 'loadNative');
    vi.stubEnv('KESTIRME_BACKEND', undefined);
    expect(await chooseBackend(undefined)).toMatchObject({ backend: 'native', note: null });
    expect(load).toHaveBeenCalledTimes(1);
    vi.stubEnv('KESTIRME_BACKEND', 'wasm');
    expect(await chooseBackend('auto')).toMatchObject({ backend: 'native', note: null });
    expect(await chooseBackend(undefined)).toEqual({ backend: 'wasm', native: null, note: null });
    expect(load).toHaveBeenCalledTimes(2);
  });

  it.skipIf(native === null)("other bits: 'auto' takes WebAssembly and says why", async () => {
    const wrong = { ...(native as NonNullable<typeof native>), file: 'built/elsewhere.node' };
    const { open } = wrong.addon;
    // Every weight is as it was before the step.
    const addon = {
      abiVersion: wrong.addon.abiVersion,
      open: (threads: number) => Object.assign(open(threads), { sgdStep: () => 1 }),
    };
    vi.spyOn(platform, 'loadNative').mockResolvedValue({ ...wrong, addon });
    const engine = await createInlineEngine({ backend: 'auto', threads: 1 });
    expect(engine.backend).toBe('wasm');
    expect(engine.backendNote).toMatch(/^built\/elsewhere\.node gives other bits than WebAssembly \([0-9a-f]{12}, not/);
    await engine.close();
  });

  it("where there are none, 'auto' takes WebAssembly and says why, and 'native' is an error", async () => {
    vi.spyOn(platform, 'loadNative').mockRejectedValue(new Error('it rains'));
    const engine = await createEngine({ backend: 'auto', threads: 1 });
    expect(engine).toMatchObject({ backend: 'wasm', simd: 'simd128', backendNote: 'it rains' });
    await engine.close();
    await expect(createEngine({ backend: 'native' })).rejects.toThrow('no native kernels: it rains');
    await expect(createInlineEngine({ backend: 'native' })).rejects.toThrow('no native kernels: it rains');
  });

  it('a level that there is not is an error in words', async () => {
    vi.stubEnv('KESTIRME_SIMD', 'mmx');
    if (native !== null)
      await expect(chooseBackend('native')).rejects.toThrow("KESTIRME_SIMD is 'mmx', which no native");
  });

  it('has three names', async () => {
    await expect(createEngine({ backend: 'cuda' as 'auto' })).rejects.toThrow(
      '`backend` must be one of auto, native, wasm, got "cuda"',
    );
    vi.stubEnv('KESTIRME_BACKEND', 'cuda');
    await expect(createEngine()).rejects.toThrow('KESTIRME_BACKEND must be one of auto, native, wasm, got "cuda"');
    vi.stubEnv('KESTIRME_BACKEND', '');
    expect(await chooseBackend('wasm')).toMatchObject({ backend: 'wasm' });
  });
});
