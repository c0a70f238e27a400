import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../run/record.js';
import { groupRuns } from './groups.js';
import { type SampleOptions, sampleRuns, unfinished } from './sample.test.support.js';
import { settingsOf } from './settings.js';
import { summary } from './summary.js';

/** Runs whose methods have these accuracies, a list of seeds each, and gradient ratios. */
function runsWith(
  accuracies: Record<string, number[]>,
  ratios: Record<string, number> = {},
  options: SampleOptions = {},
) {
  const runs: RunRecord[] = [];
  for (const [method, values] of Object.entries(accuracies)) {
    const own = sampleRuns({
      ...options,
      methods: [method as 'vanilla'],
      seeds: values.map((_, seed) => seed),
      epochs: 2,
    });
    for (const [index, run] of own.entries()) {
      run.result.testAccuracy = values[index] ?? 0;
      for (const line of run.metrics) {
        for (const [name, stats] of Object.entries(line.gradients.weights)) {
          const norm = name.includes('stem') ? (ratios[method] ?? 1) : 1;
          Object.assign(stats, { norm, weightNorm: 1 });
        }
      }
    }
    runs.push(...own);
  }
  return runs;
}

const say = (...args: Parameters<typeof runsWith>) => summary(groupRuns(runsWith(...args)));

describe('the three sentences', () => {
  it('tell the effect, its spread, and the gradient', () => {
    const ratios = { vanilla: 0.1, evolution: 2 };
    expect(say({ vanilla: [0.1, 0.12, 0.11], evolution: [0.6, 0.7, 0.65] }, ratios)).toEqual([
      'On the test images, with the main head alone, the accuracies are vanilla 11.0% ± 1.0 and evolution 65.0% ± 5.0 ' +
        '(mean ± standard deviation over 3 seeds), where guessing gives 10%.',
      'Against vanilla (which has not learned), evolution gains 54.0 percentage points of test accuracy: every seed of the ' +
        'one is above every seed of the other, by 48.0 points or more (with 3 seeds each, chance alone orders them so in ' +
        '10% of comparisons).',
      'In epoch 1 the gradient ratio (first convolution against the last, each per norm of its weights) is 0.100 ± 0 in ' +
        'vanilla and 2.00 ± 0 in evolution: the first layer starves in vanilla, as the paper says, and with the shortcut ' +
        'heads of evolution its share is larger, up to 20 times.',
    ]);
  });

  it('are honest where nothing has learned, and where some seeds have not', () => {
    expect(say({ vanilla: [0.1, 0.11], evolution: [0.12, 0.1] })[1]).toContain('None of them has learned');
    expect(say({ vanilla: [0.1] })[1]).toBe('vanilla has not learned: it is at the level of guessing.');
    expect(say({ vanilla: [0.5, 0.6, 0.1], evolution: [0.8, 0.9, 0.9] })[1]).toContain(
      'vanilla (1 of its 3 seeds only guess)',
    );
  });

  it('are honest within the noise, of the seeds and of the images', () => {
    expect(say({ vanilla: [0.5, 0.7], evolution: [0.65, 0.75] })[1]).toContain('the seeds of the two overlap');
    expect(say({ vanilla: [0.9, 0.901], evolution: [0.91, 0.911] })[1]).toMatch(/gains 1\.0 .*: within the noise/);
    expect(say({ vanilla: [0.911], evolution: [0.9] })[1]).toMatch(/evolution loses 1\.1 .*: within the noise/);
    expect(say({ vanilla: [0.5, 0.51], shortcut: [0.9, 0.91], evolution: [0.901, 0.9] })[1]).toMatch(
      /; between shortcut and evolution no difference is shown\.$/,
    );
  });

  it('are honest about one seed', () => {
    const [reached, verdict] = say({ vanilla: [0.5], evolution: [0.9] });
    expect(reached).toContain('(one seed; ± is the error of counting on 1000 test images)');
    expect(reached).toContain('vanilla 50.0% ± 1.6');
    expect(verdict).toContain('with one seed it cannot be told whether this is the method or the seed');
  });

  it('are honest where the premise is not to be seen', () => {
    const ratios = { vanilla: 2, evolution: 1 };
    expect(say({ vanilla: [0.5, 0.5], evolution: [0.9, 0.9] }, ratios)[2]).toContain(
      'the first layer does not starve in vanilla, and shortcut heads do not raise its share',
    );
  });

  it('compare runs that go on after as many epochs as all have', () => {
    const runs = runsWith({ vanilla: [0.5, 0.5], evolution: [0.9, 0.9] });
    const [first, ...rest] = runs;
    for (const run of runs)
      for (const line of run.metrics) line.testAccuracy = run.config.method === 'vanilla' ? 0.3 : 0.4;
    if (!first) throw new Error('no run');
    const [reached] = summary(groupRuns([unfinished(first, 1), ...rest]));
    expect(reached).toContain('after 1 epoch, as far as all runs have come, the accuracies are vanilla 30.0%');
  });

  it('do not compare other data or settings', () => {
    const runs = [
      ...runsWith({ vanilla: [0.5, 0.5] }),
      ...runsWith({ evolution: [0.9, 0.9] }, {}, { config: { data: 'builtin', lr: 0.2 } }),
    ];
    const text = summary(groupRuns(runs)).join(' ');
    expect(text).toContain('differ in more than the method (data and lr)');
    expect(text).toContain('50.0% of vanilla (cifar10:data/cifar10) and 90.0% of evolution (builtin)');
    expect(text).not.toMatch(/gains|loses|above|below/);
  });

  it('compare within a setting when there are several', () => {
    const runs = [
      ...runsWith({ vanilla: [0.5, 0.51], evolution: [0.52, 0.5] }),
      ...runsWith({ vanilla: [0.1, 0.1], evolution: [0.9, 0.91] }, {}, { config: { model: 'resnet56' } }),
    ];
    const [count, most, learned] = summary(groupRuns(runs));
    expect(count).toContain('in 2 of 2 settings that can be compared within');
    expect(count).toContain('beyond the noise of seeds and images in 1.');
    expect(most).toContain('The most in favour is resnet56, where it reads: Against vanilla (which has not learned)');
    expect(learned).toContain('At the level of guessing');
  });
});

describe('settings', () => {
  it('hold vanilla training beside each way to have heads', () => {
    const runs = [
      ...sampleRuns({ methods: ['vanilla'], epochs: 1 }),
      ...sampleRuns({ methods: ['evolution'], epochs: 1 }),
      ...sampleRuns({ methods: ['evolution'], epochs: 1, config: { heads: 'blocks' } }),
    ];
    const settings = settingsOf(groupRuns(runs));
    expect(settings.map(({ label, groups }) => [label, groups.map((group) => group.method)])).toEqual([
      ['heads stages', ['vanilla', 'evolution']],
      ['heads blocks', ['vanilla', 'evolution']],
    ]);
  });

  it('do not part readings of lambda', () => {
    const runs = [
      ...sampleRuns({ methods: ['evolution'], epochs: 1 }),
      ...sampleRuns({ methods: ['evolution'], epochs: 1, config: { lambda: 'evo-decay,linear,epoch,1' } }),
    ];
    const [setting, ...others] = settingsOf(groupRuns(runs));
    expect(others).toEqual([]);
    expect(setting?.groups.map(setting.nameOf)).toEqual([
      'evolution (evo-rise,linear,epoch,0.25)',
      'evolution (evo-decay,linear,epoch,1)',
    ]);
  });
});
