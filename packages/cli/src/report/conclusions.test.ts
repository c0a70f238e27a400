import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../run/record.js';
import { cautions } from './cautions.js';
import { conclusions } from './conclusions.js';
import { accuracyFindings, gradientFindings, separationOdds, stageGradient } from './findings.js';
import { groupRuns } from './groups.js';
import { sampleRuns } from './sample.test.support.js';

/** Sets the test accuracies of the runs, in their order. */
function withAccuracies(runs: RunRecord[], ...values: number[]): RunRecord[] {
  runs.forEach((run, index) => {
    run.result.testAccuracy = values[index] ?? 0.5;
  });
  return runs;
}

const pair = (seeds: number[]) => sampleRuns({ methods: ['vanilla', 'shortcut'], seeds, epochs: 2 });

/** Gives each stage's weights this norm in every epoch. */
function withNorms(runs: RunRecord[], method: string, norms: Record<string, number>): void {
  for (const run of runs.filter((one) => one.config.method === method)) {
    for (const line of run.metrics) {
      for (const [name, stats] of Object.entries(line.gradients.weights)) {
        const norm = norms[name.split('.')[0] ?? ''];
        if (norm !== undefined) Object.assign(stats, { norm, count: 100 });
      }
    }
  }
}

describe('accuracyFindings', () => {
  it('says that ranges overlap, and shows no difference then', () => {
    const [first] = accuracyFindings(groupRuns(withAccuracies(pair([0, 1]), 0.8, 0.9, 0.85, 0.95)));
    expect(first).toMatch(/shortcut is 5\.0 percentage points above vanilla .*overlap .*no difference is shown/);
  });

  it('weighs ranges that do not overlap by the number of seeds', () => {
    const two = accuracyFindings(groupRuns(withAccuracies(pair([0, 1]), 0.8, 0.81, 0.9, 0.91))).join(' ');
    expect(two).toContain('do not overlap');
    expect(two).toMatch(/2 seeds each, .* in 33% of comparisons, so it is a hint/);
    const runs = withAccuracies(pair([0, 1, 2, 3]), 0.9, 0.91, 0.92, 0.93, 0.8, 0.81, 0.82, 0.83);
    const four = accuracyFindings(groupRuns(runs)).join(' ');
    expect(four).toMatch(/10\.0 percentage points below vanilla/);
    expect(four).toMatch(/4 seeds each, .* in 3% of comparisons, so chance is an unlikely reason/);
  });

  it('tells nothing from one seed', () => {
    const [first] = accuracyFindings(groupRuns(pair([0])));
    expect(first).toContain('With one seed each, it cannot be told');
  });

  it('states the sampling error of the test set', () => {
    const found = accuracyFindings(groupRuns(withAccuracies(pair([0]), 0.5, 0.5)));
    expect(found[0]).toContain('is the same in the mean');
    expect(found.at(-1)).toMatch(/1000 test images, an accuracy near 50% is known only to about ±1\.6 points/);
  });

  it('counts orders: 2 of C(a + b, a)', () => {
    expect([separationOdds(1, 1), separationOdds(2, 2), separationOdds(3, 3), separationOdds(5, 5)]).toEqual([
      1, 3, 10, 126,
    ]);
  });
});

describe('gradientFindings', () => {
  it('computes ratios of stages, without projections and norms', () => {
    const runs = pair([0, 1]);
    withNorms(runs, 'vanilla', { stage1: 0.1, stage3: 1 });
    withNorms(runs, 'shortcut', { stage1: 0.5, stage3: 1 });
    const [profile, ratio] = gradientFindings(groupRuns(runs));
    // Six convolutions in each stage: the norms of a stage have the ratio of those of its layers.
    expect(profile).toContain('0.100 times (0.100 to 0.100 over the seeds) in vanilla');
    expect(profile).toContain('0.500 times');
    expect(profile).toContain('get the weaker gradient, as the paper describes');
    expect(ratio).toMatch(/5\.00 times \(5\.00 to 5\.00 over the seeds\) under shortcut: larger/);
    const stage = stageGradient(runs[0]?.metrics[0] as never, 'stage3');
    expect(stage?.norm).toBeCloseTo(Math.sqrt(6), 12);
    expect(stage?.rms).toBeCloseTo(0.1, 12);
  });

  it('says so when nothing starves', () => {
    const runs = pair([0]);
    for (const method of ['vanilla', 'shortcut']) withNorms(runs, method, { stage1: 1, stage3: 1 });
    const [profile, ratio] = gradientFindings(groupRuns(runs));
    expect(profile).toContain('the premise of the paper is not visible here');
    expect(ratio).toContain('about the same');
    withNorms(runs, 'vanilla', { stage1: 3, stage3: 1 });
    expect(gradientFindings(groupRuns(runs))[0]).toContain('they do not starve in this network');
  });

  it('points out that the weights of the heads scale gradients', () => {
    expect(gradientFindings(groupRuns(pair([0]))).at(-1)).toContain('add up to 1.00 in vanilla and 3.00 in shortcut');
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
    const runs = sampleRuns({ seeds: [0, 1, 2], epochs: 60, config: { limit: 'all' } });
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
    expect(text).toContain('rises linearly, once per epoch, from 0.25 to 1');
    expect(text).toContain('Test figures are of the main head alone');
  });
});
