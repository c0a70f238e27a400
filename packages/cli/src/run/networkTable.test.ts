import { describe, expect, it } from 'vitest';
import type { ResolvedConfig } from '../config/resolvedConfig.js';
import { renderNetworkTable } from '../terminal/networkTable.js';
import { networkTable, tellsMore } from './networkTable.js';
import type { RunRecord } from './record.js';
import { sampleRun } from './sample.test.support.js';

const OF_METHOD = {
  vanilla: { method: 'vanilla', lambda: 'vanilla', heads: 'none' },
  shortcut: { method: 'shortcut', lambda: 'sbp' },
  evolution: { method: 'evolution' },
} as const;

function runs(
  config: Partial<ResolvedConfig>,
  accuracies: Partial<Record<keyof typeof OF_METHOD, readonly number[]>>,
): RunRecord[] {
  return Object.entries(accuracies).flatMap(([method, of]) =>
    of.map((accuracy, seed) =>
      sampleRun({ config: { ...OF_METHOD[method as keyof typeof OF_METHOD], ...config, seed }, accuracy }),
    ),
  );
}

describe('the table of networks', () => {
  it('has a row for each network and T, a column for each method, and marks the highest means', () => {
    const table = networkTable([
      ...runs({ model: 'resnet20', timeSteps: 2 }, { evolution: [0.7, 0.8], vanilla: [0.5, 0.6] }),
      ...runs({ model: 'resnet56', timeSteps: 2 }, { vanilla: [0.1], evolution: [0.1] }),
      ...runs({ model: 'plain20', timeSteps: 4 }, { vanilla: [Number.NaN], evolution: [0.3] }),
    ]);
    expect(table.columns.map(({ label }) => label)).toEqual(['vanilla', 'evolution']);
    expect(table.rows.map(({ model, timeSteps, depth, guess }) => [model, timeSteps, depth, guess])).toEqual([
      ['resnet20', 2, 20, 0.1],
      ['resnet56', 2, 56, 0.1],
      ['plain20', 4, 20, 0.1],
    ]);
    const best = table.rows.map(({ cells }) => cells.map((cell) => cell?.best));
    expect(best).toEqual([
      [false, true],
      [true, true],
      [false, true],
    ]);
    expect(table.rows[0]?.cells[0]?.testAccuracy.spread).toBeCloseTo(Math.sqrt(0.005));
    const text = renderNetworkTable(table).split('\n');
    expect(text[2]).toMatch(/^resnet20 +20 +2 +55\.00 ± 7\.07 +75\.00 ± 7\.07 \*$/);
    expect(text[3]).toMatch(/^resnet56 +56 +2 +10\.00 \(1 of 2 seeds\) \* +10\.00 \(1 of 2 seeds\) \*$/);
    expect(text[4]).toMatch(/^plain20 +20 +4 +- +30\.00 \(1 of 2 seeds\) \*$/);
    expect(text.slice(5)).toEqual([
      'Test accuracy in % of the main head after the last epoch. Guessing gives 10.00.',
      '± is the standard deviation over the seeds.',
      '* is the highest mean of its row, whether or not the difference is more than chance: compare it with the ±.',
    ]);
  });

  it('sets published figures beside those of the same data set, network and T, with what differs', () => {
    const table = networkTable([
      ...runs({ data: 'cifar100:/a', model: 'resnet18', timeSteps: 2 }, { vanilla: [0.5], evolution: [0.6] }),
      ...runs({ data: 'cifar100:/b', model: 'resnet18', timeSteps: 6 }, { vanilla: [0.5] }),
    ]);
    expect(table.rows.map(({ published }) => published)).toEqual([['71.42', '74.02'], []]);
    const text = renderNetworkTable(table);
    expect(text).toMatch(/\n {2}published +71\.42 +74\.02\n/);
    expect(text).toContain('Published for resnet18 T 2: Guo et al. (2024), table 1.');
    expect(text).toContain("- epochs: 2; the paper's number is not public");
    expect(text).toContain('- 1 seed; the paper has means of 3 runs');
    expect(text).toContain('- batch 50 in place of 128');
    expect(text).not.toContain('- width');
    const [narrow] = runs(
      { data: 'cifar100:/a', model: 'resnet18', width: 0.25, limit: '5000,1000' },
      { shortcut: [0.4] },
    );
    expect(narrow && networkTable([narrow]).differences.slice(0, 2)).toEqual([
      'width 0.25 in place of 1',
      '5,000 training and 1,000 test images in place of all',
    ]);
  });

  it('has no published figures of another data set, and says which no method is told for', () => {
    const [digits] = networkTable(runs({ model: 'resnet18' }, { vanilla: [0.5] })).rows;
    expect(digits).toMatchObject({ published: [], source: '' });
    const [cifar10] = networkTable(runs({ data: 'cifar10:/a', model: 'resnet18' }, { vanilla: [0.5] })).rows;
    expect(cifar10).toMatchObject({ published: [], source: '' });
    const [wide] = networkTable(runs({ data: 'cifar100:/a', model: 'resnet19' }, { shortcut: [0.5] })).rows;
    expect(wide).toMatchObject({ published: [], source: expect.stringContaining('77.79') });
  });

  it('keeps runs of other settings apart', () => {
    const table = networkTable([
      ...runs({ lr: 0.1 }, { vanilla: [0.5], evolution: [0.5] }),
      ...runs({ lr: 0.2 }, { vanilla: [0.6] }),
      ...runs({ lr: 0.1, lambda: 'evo-decay,linear,epoch,1' }, { evolution: [0.7] }),
    ]);
    expect(table.columns.map(({ label }) => label)).toEqual([
      'vanilla',
      expect.stringMatching(/^evolution \(evo-/),
      'evolution (evo-decay,linear,epoch,1)',
    ]);
    expect(table.rows.map(({ settings }) => settings)).toEqual(['lr 0.1', 'lr 0.2']);
    expect(renderNetworkTable(table)).toContain('lr 0.2');
  });

  it('tells more than the methods side by side when there are several rows or published figures', () => {
    expect(tellsMore(networkTable(runs({}, { vanilla: [0.5], evolution: [0.5] })))).toBe(false);
    expect(tellsMore(networkTable(runs({ data: 'cifar10:/a', model: 'resnet18' }, { shortcut: [0.5] })))).toBe(true);
  });
});
