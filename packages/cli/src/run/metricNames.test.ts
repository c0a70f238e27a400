import { describe, expect, it } from 'vitest';
import { headsText, metricName } from './metricNames.js';

describe('names for people', () => {
  it('stand for the keys of metrics.jsonl', () => {
    expect(
      [
        'trainAccuracyMain',
        'firingRates.stem.lif',
        'gradients.taps.stage1.norm',
        'gradients.weights.stem.conv.weight.histogram.positive',
        'gradients.weights.norm.weight.weightNorm',
        'lr',
        'constructor',
      ].map(metricName),
    ).toEqual([
      'train accuracy',
      'firing rate of stem.lif',
      'gradient norm at stage1',
      'gradient histogram, positive of stem.conv.weight',
      'norm of norm.weight',
      'lr',
      'constructor',
    ]);
  });

  it('show the weights of the heads, those of shortcut heads once', () => {
    expect(
      [[1], [1, 1 / 3, 1 / 3], [0.25, 0.75], [1, 1, 0.5], [1, 0.1, 0.2, 0.3, 0.4], [Number.NaN]].map(headsText),
    ).toEqual(['1', '1 : 0.333', '0.25 : 0.75', '1 : 1, 0.5', '1 : 0.1 to 0.4', '–']);
  });
});
