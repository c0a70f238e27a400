import type { GradientStats } from 'kestirme';
import { describe, expect, it } from 'vitest';
import { gradientRatio, relativeGradients } from './gradientRatio.js';
import { sampleMetrics } from './sample.test.support.js';

const stats = (norm: number, weightNorm?: number): GradientStats => ({
  norm,
  zeroShare: 0,
  count: 4,
  ...(weightNorm === undefined ? {} : { weightNorm }),
  histogram: { minExponent: -40, positive: [1], negative: [3] },
});

const of = (weights: Record<string, GradientStats>) => sampleMetrics(0, { gradients: { taps: {}, weights } });

describe('the gradient ratio', () => {
  it('is of norms per norm of the weights, from the first convolution to the last of the main path', () => {
    const metrics = of({
      'stem.conv.weight': stats(3, 2),
      'stem.norm.weight': stats(100, 1),
      'stage1.block1.conv1.weight': stats(0, 1),
      'stage2.block1.conv2.weight': stats(1, 4),
      'stage2.block1.down.conv.weight': stats(50, 1),
      'head.main.weight': stats(70, 1),
    });
    expect(gradientRatio(metrics)).toBe(6);
    expect(Object.fromEntries(relativeGradients(metrics))).toEqual({
      'stem.conv.weight': 6,
      'stage1.block1.conv1.weight': 0,
      'stage2.block1.conv2.weight': 1,
      'stage2.block1.down.conv.weight': 200,
    });
  });

  it('is unknown without norms of weights, without convolutions, and against a gradient of zero', () => {
    expect(gradientRatio(of({ 'a.conv.weight': stats(1), 'b.conv.weight': stats(1) }))).toBeNull();
    expect(gradientRatio(of({}))).toBeNull();
    expect(gradientRatio(of({ 'a.conv.weight': stats(1, 1), 'b.conv.weight': stats(0, 1) }))).toBeNull();
    expect(gradientRatio(of({ 'a.conv.weight': stats(1, 0), 'b.conv.weight': stats(1, 1) }))).toBeNull();
  });
});
