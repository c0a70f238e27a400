import { describe, expect, it } from 'vitest';
import type { ResolvedConfig } from '../config/resolvedConfig.js';
import { configurationHashes } from '../run/fingerprint.js';
import type { Fingerprint } from '../run/fingerprintCheck.js';
import { sampleConfig, sampleMetrics } from '../run/sample.test.support.js';
import { PROGRAM_VERSION } from '../version.js';
import { compareRuns } from './compareRuns.js';
import type { Side } from './side.js';
import { differencesTable, verdict } from './verdict.js';

const hash = (digit: string) => digit.repeat(64);
const wasm = { backend: 'wasm', simd: 'simd128' } as const;
const native = { backend: 'native', simd: 'avx2', kernelsSha256: hash('8') } as const;

interface Changes {
  config?: Partial<ResolvedConfig>;
  weights?: string | null;
  images?: string;
  session?: Partial<Fingerprint['sessions'][number]>;
  epochs?: number;
}

function side({ config, weights = hash('a'), images = hash('1'), session, epochs = 4 }: Changes = {}): Side {
  const resolved = sampleConfig({ epochs: 4, ...config });
  const host = { node: 'v20.19.0', platform: 'linux', arch: 'x64', cpu: 'a cpu' };
  return {
    config: { ...resolved },
    written: { ...resolved },
    metrics: Array.from({ length: epochs }, (_, epoch) => sampleMetrics(epoch)),
    weightsSha256: weights,
    fingerprint: {
      sessions: [{ version: PROGRAM_VERSION, build: 'threads', ...wasm, kernelsSha256: hash('5'), host, ...session }],
      configuration: configurationHashes(resolved),
      data: { sha256: images, files: [{ name: 'train-images-idx3-ubyte', bytes: 1, sha256: images }] },
    },
  };
}

function withMetric(at: number, changes: Parameters<typeof sampleMetrics>[1], more: Changes = {}): Side {
  const one = side({ weights: hash('b'), ...more });
  one.metrics[at] = sampleMetrics(at, changes);
  return one;
}

const say = (a: Side, b: Side) => verdict(compareRuns(a, b));

describe('the same results', () => {
  it('are one sentence; timings do not count', () => {
    const timed = side();
    timed.metrics[1] = sampleMetrics(1, { seconds: 1, imagesPerSecond: 7, waitShare: 0.5 });
    expect(say(side(), timed)).toBe('same results: 4 epochs and the final weights aaaaaaaaaaaa agree to the bit');
    expect(differencesTable(compareRuns(side(), timed), 'a', 'b')).toBeNull();
  });

  it('name what differs and must not matter', () => {
    const other = side({
      config: { threads: 7, data: 'builtin' },
      session: { build: 'single', kernelsSha256: hash('6') },
    });
    const difference = compareRuns(side(), other);
    expect(difference).toMatchObject({ same: true, program: { kernels: null, build: { a: 'threads', b: 'single' } } });
    expect(verdict(difference)).toMatch(/agree to the bit; they differ in threads, build, which must not matter/);
  });

  it('are what other kernels must give', () => {
    const other = side({ session: native });
    const difference = compareRuns(side(), other);
    expect(difference).toMatchObject({ same: true, program: { kernels: null, backend: { b: 'native avx2' } } });
    expect(verdict(difference)).toMatch(/agree to the bit; they differ in backend, which must not matter and did not$/);
    expect(differencesTable(difference, 'a', 'b')).toMatch(
      /\nbackend +wasm simd128 +native avx2 +must not change results/,
    );
  });

  it('reach as far as both runs go', () => {
    const sooner = side({ weights: null, epochs: 2 });
    expect(say(side(), sooner)).toBe('same results as far as both runs go: 2 epochs (of 4 and 2) agree to the bit');
  });

  it('say so when the runs were to differ', () => {
    expect(say(side(), side({ config: { lr: 0.2 } }))).toMatch(/agree to the bit, though: other configuration: lr/);
  });
});

describe('other results', () => {
  it('are put down to the options, those that reach results first', () => {
    const other = withMetric(0, { trainLoss: 2.5 }, { config: { lr: 0.05, threads: 3, seed: 1 } });
    const difference = compareRuns(side(), other);
    expect(difference.options.results.map(({ name }) => name)).toEqual(['lr', 'seed']);
    expect(verdict(difference)).toBe(
      'other configuration: lr 0.1 vs 0.05, seed 0 vs 1; other results from epoch 1 on: train loss 2 vs 2.5',
    );
    const table = differencesTable(difference, 'runs/a', 'runs/b')?.split('\n') ?? [];
    expect(table.map((line) => line.split(/ {2,}/)[0])).toEqual([
      'difference',
      expect.stringMatching(/^-+$/),
      'lr',
      'seed',
      'threads',
      'train loss',
      'final weights',
    ]);
    expect(table[4]).toMatch(/^threads +1 +3 +must not change results$/);
  });

  it('are put down to the data', () => {
    expect(say(side(), withMetric(1, { trainLoss: 2.5 }, { images: hash('2') }))).toBe(
      'same configuration, other data: train-images-idx3-ubyte differs; ' +
        'same results up to epoch 1; in epoch 2: train loss 2 vs 2.5',
    );
  });

  it('are put down to the program', () => {
    const other = withMetric(3, { testLoss: 1.25 }, { session: { version: '9.0.0', kernelsSha256: hash('7') } });
    expect(say(side(), other)).toBe(
      `same configuration and data, other version: ${PROGRAM_VERSION} vs 9.0.0, ` +
        'other kernels: 555555555555 vs 777777777777; same results up to epoch 3; in epoch 4: test loss 1.5 vs 1.25',
    );
  });

  it('that nothing explains mean that a run is not what it says', () => {
    const last = 0.512_340_000_000_000_1;
    const other = withMetric(3, { trainLoss: last }, { config: { threads: 2 } });
    const difference = compareRuns(side(), other);
    expect(difference.firstDifference).toMatchObject({ epoch: 3, metrics: [{ name: 'trainLoss', a: 2, b: last }] });
    expect(verdict(difference)).toBe(
      'same configuration, version and data; same results up to epoch 3; in epoch 4: train loss 2 vs 0.5123400000000001: ' +
        'one of the two runs is not what it says (they differ in threads, which must not matter)',
    );
    const bare: Side = { ...side(), fingerprint: null };
    expect(say(bare, other)).toContain(
      'a run has no fingerprint, so whether program and data are the same is not known',
    );
  });

  it('on other kernels, without another reason, mean so, too', () => {
    const other = withMetric(3, { trainLoss: 3 }, { session: native });
    expect(say(side(), other)).toMatch(
      /one of the two runs is not what it says \(they differ in backend, which must not matter\)$/,
    );
  });

  it('are put down to kernels of other bytes where those are of a kind', () => {
    const b = { ...native, kernelsSha256: hash('9') };
    const before = side().fingerprint?.sessions ?? [];
    const then = (session: typeof native | typeof b) => {
      const one = side({ session });
      one.fingerprint?.sessions.unshift(...before);
      return one;
    };
    expect(compareRuns(side({ session: native }), side({ session: b })).program?.kernels).not.toBeNull();
    expect(compareRuns(then(native), then(b)).program).toMatchObject({
      kernels: { name: 'kernels', a: `${hash('5')} then ${hash('8')}`, b: `${hash('5')} then ${hash('9')}` },
      backend: null,
    });
    // The same files on both sides, and one of a kind that the other side lacks.
    expect(compareRuns(side(), then(native)).program).toMatchObject({ kernels: null, backend: { a: 'wasm simd128' } });
    const wider = compareRuns(side({ session: native }), side({ session: { ...b, simd: 'avx512' } }));
    expect(wider.program).toMatchObject({ kernels: null, backend: { a: 'native avx2', b: 'native avx512' } });
    const host = { node: 'v20.19.0', platform: 'linux', arch: 'arm64', cpu: 'another' };
    const elsewhere = compareRuns(side({ session: native }), side({ session: { ...b, host } }));
    expect(elsewhere.program).toMatchObject({ kernels: null, host: { name: 'host' } });
  });

  it('of which the weights are none are metrics that somebody changed', () => {
    const other = withMetric(3, { trainLoss: 3 }, { weights: hash('a') });
    expect(say(side(), other)).toMatch(
      /in epoch 4: train loss 2 vs 3, though the final weights are the same: one of the two/,
    );
  });

  it('may be in the weights alone, or in a gradient alone', () => {
    expect(say(side(), side({ weights: hash('c') }))).toContain(
      'the same metrics in 4 epochs, but other final weights: aaaaaaaaaaaa vs cccccccccccc',
    );
    const { gradients } = sampleMetrics(2);
    const stage1 = { ...(gradients.taps.stage1 as NonNullable<typeof gradients.taps.stage1>), norm: 9 };
    const other = withMetric(2, { gradients: { ...gradients, taps: { ...gradients.taps, stage1 } } });
    expect(say(side(), other)).toContain('in epoch 3: gradient norm at stage1 3 vs 9');
  });

  it('are runs of other lengths that have both finished', () => {
    const longer = side({ config: { epochs: 5 }, epochs: 5 });
    expect(compareRuns(side(), longer).same).toBe(false);
    expect(say(side(), longer)).toContain('epochs 4 vs 5; the same metrics in 4 epochs and the same final weights');
  });
});

it('a configuration that was edited after the run is found out', () => {
  const edited = side();
  edited.written = { ...edited.written, lr: 0.3 };
  expect(say(side(), edited)).toContain(
    'config.json of the second run is not the configuration that it was trained with',
  );
  const moved = side();
  moved.written = { ...moved.written, threads: 64 };
  expect(compareRuns(side(), moved).edited).toEqual([]);
});
