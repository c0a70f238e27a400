import { describe, expect, it } from 'vitest';
import { comparisonTable, spread, summarise } from './comparison.js';
import { sampleRun } from './sample.test.support.js';

describe('spread', () => {
  it('is the sample standard deviation, and none for one value', () => {
    expect(spread([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({ mean: 5, spread: Math.sqrt(32 / 7) });
    expect(spread([3])).toEqual({ mean: 3, spread: null });
  });
});

describe('the table of a comparison', () => {
  const runs = [
    sampleRun({ config: { method: 'vanilla', seed: 0 }, accuracy: 0.5 }),
    sampleRun({ config: { method: 'vanilla', seed: 1 }, accuracy: 0.6 }),
    sampleRun({ config: { method: 'evolution', seed: 0 }, accuracy: 0.7 }),
  ];

  it('has a row for each method', () => {
    const table = comparisonTable(summarise(runs)).split('\n');
    expect(table[0]).toContain('gradient ratio, first epoch');
    expect(table[2]).toMatch(/^vanilla +2 +55\.00 % ± 7\.07 % +2\.000 ± 0\.000 +1\.00 ± 0 +2\.00 ± 0 +100 ± 0\.0$/);
    expect(table[3]).toMatch(/^evolution +1 +70\.00 % +2\.000 +1\.00 +2\.00 +100$/);
    expect(table[4]).toContain('standard deviation');
  });

  it('has a row for each method of each network and T when there are several', () => {
    const deep = sampleRun({ config: { method: 'vanilla', model: 'resnet56', timeSteps: 4 }, accuracy: 0.1 });
    const table = comparisonTable(summarise([...runs, deep])).split('\n');
    expect(table[0]).toMatch(/^network +T +method/);
    expect(table.slice(2, 5).map((line) => line.split(/ +/).slice(0, 3))).toEqual([
      ['resnet20', '2', 'vanilla'],
      ['resnet20', '2', 'evolution'],
      ['resnet56', '4', 'vanilla'],
    ]);
  });

  it('says what the ratio is, and has a dash for runs that do not tell it', () => {
    const own = sampleRun();
    expect(comparisonTable(summarise([own]))).toContain('gradient ratio: norm of the gradient divided by');
    for (const metrics of own.metrics) metrics.gradients.weights = {};
    expect(summarise([own])[0]?.gradientRatio).toBeNull();
    expect(comparisonTable(summarise([own]))).toMatch(/ - +- +100$/);
  });
});
