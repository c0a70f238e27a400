import { describe, expect, it } from 'vitest';
import type { StepResult } from '../engine/types.js';
import { addStep, finishEpoch, isProbe, startEpoch, waitShare } from './epoch.js';
import { EvaluationSums } from './evaluation.js';
import { mergeGradientStats } from './gradients.js';
import type { GradientStats } from './metrics.js';

const stats = (
  norm: number,
  zeroShare: number,
  count: number,
  positive: number[],
  negative: number[],
): GradientStats => ({
  norm,
  zeroShare,
  count,
  histogram: { minExponent: -2, positive, negative },
});

describe('mergeGradientStats', () => {
  it('averages per probe step and keeps bins and zeros adding up to the count', () => {
    const merged = mergeGradientStats([stats(1, 0.5, 8, [1, 2], [1, 0]), stats(4, 0.25, 4, [1, 0], [0, 2])]);
    expect(merged).toEqual(stats(2.5, 5 / 12, 6, [1, 1], [0.5, 1]));
    const { positive, negative } = merged.histogram;
    const nonZero = [...positive, ...negative].reduce((sum, bin) => sum + bin, 0);
    expect(nonZero + merged.zeroShare * merged.count).toBeCloseTo(merged.count, 12);
  });

  it('averages the norm of the weights where there is one', () => {
    const weights = (weightNorm: number) => ({ ...stats(1, 0, 2, [2], [0]), weightNorm });
    expect(mergeGradientStats([weights(1), weights(4)]).weightNorm).toBe(2.5);
    expect(mergeGradientStats([stats(1, 0, 2, [2], [0])])).not.toHaveProperty('weightNorm');
  });

  it('leaves one step as it is', () => {
    const one = stats(0.3, 0.1, 10, [4, 1], [2, 2]);
    expect(mergeGradientStats([one])).toEqual(one);
  });

  it('refuses other bins, and nothing', () => {
    expect(() => mergeGradientStats([stats(1, 0, 2, [1], [1]), stats(1, 0, 2, [1, 0], [1])], 'conv.weight')).toThrow(
      'gradient histogram of conv.weight has 2 + 1 bins from 2^-2, earlier steps had 1 + 1 from 2^-2',
    );
    expect(() => mergeGradientStats([])).toThrow('no gradient statistics');
  });
});

describe('an epoch', () => {
  const step = (loss: number, correct: number, more: Partial<StepResult> = {}): StepResult => ({
    loss,
    lossMain: 2 * loss,
    correct,
    correctMain: correct - 1,
    lr: 0.1,
    headWeights: [0.25, 0.75],
    gradientNorm: null,
    probe: null,
    ...more,
  });

  it('weighs steps by their images and takes lambda and lr from the first', () => {
    const sums = startEpoch(3);
    const probe = { taps: { stage1: stats(2, 0, 4, [2, 0], [2, 0]) }, weights: {} };
    addStep(sums, step(2, 3, { probe }), 4);
    addStep(sums, step(5, 2, { lr: 0.2, headWeights: [1, 0] }), 2);
    sums.seconds = 1.5;
    sums.waitSeconds = 0.375;
    const test = { images: 10, correct: 7, accuracy: 0.7, loss: 0.9, firingRates: { lif: 0.1 } };
    expect(finishEpoch(sums, test)).toEqual({
      epoch: 3,
      lambda: 0.25,
      headWeights: [0.25, 0.75],
      lr: 0.1,
      trainLoss: 3,
      trainLossMain: 6,
      trainAccuracy: 5 / 6,
      trainAccuracyMain: 0.5,
      testLoss: 0.9,
      testAccuracy: 0.7,
      imagesPerSecond: 4,
      waitShare: 0.25,
      seconds: 1.5,
      firingRates: { lif: 0.1 },
      gradients: { taps: { stage1: probe.taps.stage1 }, weights: {} },
    });
    expect(waitShare(sums)).toBe(0.25);
  });

  it('that began before the main head told its loss, as an older checkpoint has it, tells none', () => {
    const { lossMainSum: _, ...sums } = startEpoch(0);
    addStep(sums, step(2, 3), 4);
    const test = { images: 10, correct: 7, accuracy: 0.7, loss: 0.9, firingRates: {} };
    expect(finishEpoch(sums, test)).not.toHaveProperty('trainLossMain');
  });

  it('probes about four steps, evenly, the first included', () => {
    const probes = (n: number) => Array.from({ length: n }, (_, i) => i).filter((i) => isProbe(i, n));
    expect(probes(100)).toEqual([0, 25, 50, 75]);
    expect(probes(10)).toEqual([0, 2, 5, 7]);
    expect(probes(3)).toEqual([0, 1, 2]);
    expect(probes(1)).toEqual([0]);
  });
});

describe('EvaluationSums', () => {
  it('adds batches and divides once', () => {
    const sums = new EvaluationSums();
    const logits = new Float32Array(0);
    sums.add({ lossSum: 6, correct: 3, logits, spikes: { a: { fired: 1, total: 8 }, b: { fired: 0, total: 0 } } }, 4);
    sums.add({ lossSum: 1, correct: 1, logits, spikes: { a: { fired: 3, total: 8 }, b: { fired: 0, total: 0 } } }, 1);
    expect(sums.summary()).toEqual({ images: 5, correct: 4, accuracy: 0.8, loss: 1.4, firingRates: { a: 0.25, b: 0 } });
    expect(Object.keys(sums.summary().firingRates)).toEqual(['a', 'b']);
  });

  it('says so when there was nothing', () => {
    expect(() => new EvaluationSums().summary()).toThrow('no test images');
  });
});
