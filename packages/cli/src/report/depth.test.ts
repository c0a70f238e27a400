import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../run/record.js';
import { depthFigure } from './depth.js';
import { networksSection } from './networks.js';
import { PAGE_SCRIPT } from './pageScript.js';
import { renderReport } from './report.js';
import { sampleRuns } from './sample.test.support.js';

function runsOf(model: string, changes: { timeSteps?: number; data?: string; seeds?: number[] } = {}): RunRecord[] {
  const { seeds = [0, 1], ...config } = changes;
  return sampleRuns({ methods: ['vanilla', 'evolution'], epochs: 1, stages: [1], seeds, config: { model, ...config } });
}

describe('accuracy over depth', () => {
  it('has a line for each method and family of networks, a panel for each T, and what guessing gives', () => {
    const deep = ['resnet20', 'resnet56', 'plain20', 'plain56'].flatMap((model) => runsOf(model));
    const figure = depthFigure([
      ...deep,
      ...runsOf('resnet20', { timeSteps: 4 }),
      ...runsOf('resnet32', { timeSteps: 4 }),
    ]);
    expect(figure?.panels).toHaveLength(2);
    for (const label of ['vanilla, residual', 'evolution, residual', 'vanilla, plain', 'evolution, plain']) {
      expect(figure?.legend).toContain(`<span>${label}</span>`);
    }
    expect(figure?.panels[0]).toContain('guessing, 1 in 10');
    expect(figure?.panels[0]).toMatch(/vanilla, plain: 20 layers [\d.]+ ± [\d.]+ % and 56 layers/);
  });

  it('tells networks of other channels apart', () => {
    const figure = depthFigure(['resnet18', 'resnet34', 'resnet20'].flatMap((model) => runsOf(model)));
    expect(figure?.legend).toContain('vanilla, 64-128-256-512 channels');
    expect(figure?.legend).toContain('vanilla, 16-32-64 channels');
  });

  it('needs networks that differ in depth alone', () => {
    expect(depthFigure(runsOf('resnet20'))).toBeNull();
    expect(depthFigure([...runsOf('resnet20'), ...runsOf('resnet34'), ...runsOf('plain32')])).toBeNull();
    expect(depthFigure([...runsOf('resnet20'), ...runsOf('resnet56', { timeSteps: 4 })])).toBeNull();
    expect(depthFigure([...runsOf('resnet20'), ...runsOf('a network of another version')])).toBeNull();
    expect(depthFigure([...runsOf('resnet20', { seeds: [0] }), ...runsOf('resnet56', { seeds: [0] })])).not.toBeNull();
  });
});

describe('the section about networks', () => {
  it('is there for several networks only, with the paper beside them', () => {
    expect(networksSection(runsOf('resnet20'), () => '')).toEqual([]);
    const runs = ['resnet18', 'resnet34'].flatMap((model) => runsOf(model, { data: 'cifar100:/a' }));
    const html = renderReport(runs, { title: 'Two networks' });
    expect(html).toContain('<h2 id="networks">Accuracy by network</h2>');
    expect(html).toMatch(/<th scope="row">published<\/th>.*<td>71\.42<\/td><td>74\.02<\/td>/);
    expect(html).toContain('What differs from the paper');
    expect(html).toContain('id="accuracy-over-depth"');
    expect(html.replace(PAGE_SCRIPT, '')).not.toMatch(/NaN|undefined/);
  });
});
