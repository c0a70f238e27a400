import { describe, expect, it } from 'vitest';
import { summarise } from '../run/comparison.js';
import type { RunRecord } from '../run/record.js';
import { cautions } from './cautions.js';
import { conclusions } from './conclusions.js';
import { accuracyFindings, gradientFindings } from './findings.js';
import { groupRuns } from './groups.js';
import { separationOdds } from './outcome.js';
import { sampleRuns } from './sample.test.support.js';

/** Sets the test accuracies of the runs, in their order. */
function withAccuracies(runs: RunRecord[], ...values: number[]): RunRecord[] {
  runs.forEach((run, index) => {
    run.result.testAccuracy = values[index] ?? 0.5;
  });
  return runs;
}

const pair = (seeds: number[]) => sampleRuns({ methods: ['vanilla', 'shortcut'], seeds, epochs: 2 });

/** Gives the stem and the last convolution of the main path these norms, of weights with norm 1, in every epoch. */
function withNorms(runs: RunRecord[], method: string, first: number, last: number): void {
  for (const run of runs.filter((one) => one.config.method === method)) {
    for (const line of run.metrics) {
      for (const [name, stats] of Object.entries(line.gradients.weights)) {
        Object.assign(stats, { norm: name === 'stem.conv.weight' ? first : last, weightNorm: 1 });
      }
    }
  }
}

describe('accuracyFindings', () => {
  it('says that seeds overlap, and shows no difference then', () => {
    const [first] = accuracyFindings(groupRuns(withAccuracies(pair([0, 1]), 0.8, 0.9, 0.85, 0.95)));
    expect(first).toMatch(/Against vanilla, shortcut gains 5\.0 percentage points .*seeds .* overlap; no difference/);
  });

  it('weighs seeds that do not overlap by their number', () => {
    const two = accuracyFindings(groupRuns(withAccuracies(pair([0, 1]), 0.8, 0.85, 0.86, 0.95))).join(' ');
    expect(two).toMatch(/by 1\.0 points or more \(with 2 seeds each, .* in 33% of comparisons, so it is a hint/);
    const runs = withAccuracies(pair([0, 1, 2, 3]), 0.9, 0.91, 0.92, 0.93, 0.8, 0.81, 0.82, 0.83);
    const [four] = accuracyFindings(groupRuns(runs));
    expect(four).toMatch(
      /loses 10\.0 percentage points .* by 7\.0 points or more \(with 4 seeds each, .* in 3% of comparisons\)\./,
    );
  });

  it('tells nothing from one seed, nor from less than the test images can tell', () => {
    const [first] = accuracyFindings(groupRuns(withAccuracies(pair([0]), 0.5, 0.7)));
    expect(first).toContain('one seed it cannot be told whether this is the method or the seed');
    const [near] = accuracyFindings(groupRuns(withAccuracies(pair([0, 1]), 0.9, 0.901, 0.905, 0.906)));
    expect(near).toMatch(
      /within the noise, since 1000 test images tell apart only what differs by more than 2\.6 points/,
    );
  });

  it('states the sampling error of the test set', () => {
    const found = accuracyFindings(groupRuns(withAccuracies(pair([0]), 0.5, 0.5)));
    expect(found[0]).toContain('there is no difference in the test accuracy');
    expect(found.at(-1)).toMatch(/1000 test images, an accuracy near 50% is known only to about ±1\.6 points/);
  });

  it('counts orders: 2 of C(a + b, a)', () => {
    expect([separationOdds(1, 1), separationOdds(2, 2), separationOdds(3, 3), separationOdds(5, 5)]).toEqual([
      1, 3, 10, 126,
    ]);
  });
});

describe('gradientFindings', () => {
  it('tell the gradient ratio, which the table of the terminal has, too', () => {
    const runs = pair([0, 1]);
    withNorms(runs, 'vanilla', 0.1, 1);
    withNorms(runs, 'shortcut', 0.5, 1);
    const [first] = gradientFindings(groupRuns(runs));
    expect(first).toMatch(
      /^Epoch 1 \(the first one\): the gradient ratio is 0\.100 .* in vanilla and 0\.500 .* in shortcut/,
    );
    expect(summarise(runs).map((one) => one.gradientRatio?.firstEpoch.mean)).toEqual([0.1, 0.5]);
  });
});

describe('cautions', () => {
  const of = (runs: RunRecord[]) => cautions(groupRuns(runs)).join('\n');

  it('warns of one seed, few epochs, small and easy data', () => {
    const text = of(sampleRuns({ seeds: [0], epochs: 3, config: { data: 'builtin', limit: 'all' } }));
    expect(text).toContain('Only one seed: vanilla, shortcut and evolution');
    expect(text).toContain('Few epochs (3)');
    expect(text).toContain('Small data (6000 training images)');
    expect(text).toContain('Digits are easy');
  });

  it('is silent about a sound comparison', () => {
    const runs = sampleRuns({ seeds: [0, 1, 2], epochs: 25, stages: [1], config: { limit: 'all' } });
    expect(of(runs)).toBe('');
  });

  it('names options that differ besides the method, but not those that come with it', () => {
    const fair = sampleRuns({ seeds: [0, 1, 2], epochs: 2 });
    expect(of(fair)).not.toContain('more than the method');
    const runs = [
      ...sampleRuns({ methods: ['vanilla'], epochs: 2, config: { lr: 0.01, threads: 4 } }),
      ...sampleRuns({ methods: ['shortcut'], epochs: 2, config: { heads: 'blocks' } }),
      ...sampleRuns({ methods: ['evolution'], epochs: 2 }),
    ];
    const text = of(runs);
    expect(text).toMatch(/more than the method: heads \(.*blocks and stages\) and lr \(0\.01 and 0\.1\)/);
    expect(text).toContain('different numbers of threads');
    expect(text).not.toContain('different kernels');
  });

  it('tells speeds of different kernels apart', () => {
    const runs = pair([0, 1]);
    Object.assign(runs[0]?.result ?? {}, { backend: 'native', simd: 'avx2' });
    expect(of(runs)).toContain('The runs used different kernels (native avx2 and wasm simd128): compare accuracies');
  });

  it('notices guessing, silent layers and hashes that cannot be', () => {
    const runs = withAccuracies(sampleRuns({ epochs: 2 }), 0.1, 0.1, 0.9, 0.9, 0.9, 0.9);
    for (const run of runs) for (const line of run.metrics) line.firingRates['stage1.block1.lif1'] = 0;
    for (const run of runs) run.result.weightsSha256 = 'a'.repeat(64);
    const text = of(runs);
    expect(text).toContain('vanilla is at the level of guessing (10.0% of 10 classes)');
    expect(text).toContain('1 layer nearly silent');
    expect(text).toContain('The same weights came out of vanilla, shortcut and evolution');
    const [first, second] = sampleRuns({ methods: ['vanilla'], seeds: [0, 0], epochs: 2 }) as [RunRecord, RunRecord];
    second.result.weightsSha256 = 'b'.repeat(64);
    expect(of([first, second])).toContain('different weights for the same seed (0)');
  });
});

describe('conclusions', () => {
  it('says how lambda was read, and what is not known of it', () => {
    const text = conclusions(groupRuns(sampleRuns({ epochs: 2 })));
    expect(text).toContain('is not public');
    expect(text).toContain('lambda, which rises linearly, once per epoch, from 0.25 to 1');
    expect(text).toContain('Test figures are of the main head alone');
  });
});
