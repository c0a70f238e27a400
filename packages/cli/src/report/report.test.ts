import type { EpochMetrics } from 'kestirme';
import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../run/record.js';
import { renderReport } from './report.js';
import { gradientOf, sampleRuns } from './sample.test.support.js';

const options = { title: 'A comparison' };

/** Visible text and attribute values; the style sheet has words of its own. */
function withoutStyle(html: string): string {
  return html.replace(/<style>[\s\S]*?<\/style>/g, '');
}

/** Every tag is closed by its own name, in order: a browser then builds the tree that was meant. */
function unbalanced(html: string): string | null {
  const open: string[] = [];
  const empty = new Set(['meta', 'br', '!doctype']);
  for (const [, slash, name = '', self] of withoutStyle(html).matchAll(/<(\/?)([a-zA-Z0-9!]+)[^>]*?(\/?)>/g)) {
    if (empty.has(name.toLowerCase()) || self) continue;
    if (!slash) open.push(name);
    else if (open.pop() !== name) return `</${name}> closes ${open.join('>')}`;
  }
  return open.length > 0 ? `left open: ${open.join('>')}` : null;
}

function expectSound(html: string): void {
  expect(unbalanced(html)).toBeNull();
  expect(withoutStyle(html)).not.toMatch(/NaN|undefined|null|Infinity|\[object/);
  expect(html).not.toMatch(/<script|<link|<img|<iframe|\bon\w+=|url\(|@import|href="(?!#)|src=/i);
  const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map((match) => match[1]);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [, id] of html.matchAll(/(?:href="#|aria-labelledby=")([^" ]+)/g)) expect(ids).toContain(id);
}

function edit(runs: RunRecord[], change: (line: EpochMetrics) => void): RunRecord[] {
  for (const run of runs) for (const line of run.metrics) change(line);
  return runs;
}

describe('renderReport', () => {
  it('draws three methods, two seeds and twenty epochs within 1.5 MB', () => {
    const html = renderReport(sampleRuns(), { title: 'A comparison', generatedAt: '2026-01-02' });
    expectSound(html);
    expect(html.length).toBeLessThan(1.5e6);
    expect(html).toContain('2026-01-02');
    const headings = [...html.matchAll(/<h2 [^>]*>([^<]*)</g)].map((match) => match[1]);
    expect(headings).toEqual([
      'Result',
      'Accuracy and loss',
      'Lambda',
      'Gradients over depth',
      'Gradient histograms, and gradients at the taps',
      'Firing rates',
      'Configuration',
      'What to conclude, and what not',
    ]);
    const figures = html.match(/<figure /g)?.length;
    expect(figures).toBe(7);
    expect(html.match(/<figcaption>/g)?.length).toBe(figures);
    expect(html.match(/<details>/g)?.length).toBe(figures);
    const charts = html.match(/<svg class="chart"/g)?.length ?? 0;
    expect(charts).toBe(18);
    expect(html.match(/role="img" aria-labelledby="[^"]+-title [^"]+-desc"><title/g)?.length).toBe(charts);
  });

  it('gives the same file for the same runs', () => {
    const runs = sampleRuns({ epochs: 3 });
    expect(renderReport(runs, options)).toBe(renderReport(runs, options));
  });

  it('shows every weight hash whole and every option', () => {
    const runs = sampleRuns({ epochs: 2 });
    const html = renderReport(runs, options);
    for (const run of runs) {
      expect(html).toContain(run.result.weightsSha256);
      for (const key of Object.keys(run.config)) expect(html).toContain(`<code>${key}</code>`);
    }
  });

  it.each([
    ['one run, one seed, one epoch', sampleRuns({ methods: ['vanilla'], seeds: [0], epochs: 1 })],
    ['sixty layers', sampleRuns({ seeds: [0], epochs: 2, stages: [6, 8, 10, 6] })],
    ['one layer for each stage', sampleRuns({ epochs: 2, stages: [1] })],
    ['many epochs', sampleRuns({ seeds: [0], epochs: 150, stages: [1, 1] })],
    ['very long names', sampleRuns({ epochs: 2, stages: [1, 1], prefix: 'x'.repeat(300) })],
    ['two groups of one method', [...sampleRuns({ epochs: 2 }), ...sampleRuns({ epochs: 3, config: { lr: 0.01 } })]],
    ['no epoch at all', sampleRuns({ epochs: 0 })],
  ])('holds with %s', (_, runs) => {
    const html = renderReport(runs, options);
    expectSound(html);
    expect(html.length).toBeLessThan(1.5e6);
  });

  it('holds when metrics are empty, zero, not finite or missing', () => {
    const empty = { firingRates: {}, gradients: { taps: {}, weights: {} } };
    expectSound(
      renderReport(
        edit(sampleRuns({ epochs: 2 }), (line) => Object.assign(line, empty)),
        options,
      ),
    );
    const zero = gradientOf(0, 1, 9, () => 0.5);
    zero.histogram.positive.fill(0);
    zero.histogram.negative.fill(0);
    const dead = edit(sampleRuns({ epochs: 2 }), (line) => {
      for (const name of Object.keys(line.gradients.weights)) line.gradients.weights[name] = zero;
    });
    const html = renderReport(dead, options);
    expectSound(html);
    expect(html).toContain('Exactly zero, so not on a logarithmic axis');
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, null as unknown as number]) {
      const broken = edit(sampleRuns({ epochs: 3 }), (line) => {
        if (line.epoch === 0) return;
        for (const key of ['trainLoss', 'testLoss', 'testAccuracy', 'lambda'] as const) line[key] = value;
        line.headWeights = [value, value];
        for (const stats of Object.values(line.gradients.weights)) {
          stats.norm = value;
          stats.histogram.positive[3] = value;
        }
      });
      for (const run of broken) run.result.testAccuracy = value;
      const diverged = renderReport(broken, options);
      expectSound(diverged);
      expect(diverged).toContain('The training diverged');
    }
  });

  it('lets no text become markup', () => {
    const attack = `"><script>alert(1)</script><img src=x onerror='alert(2)'>&amp;{a|b}`;
    const runs = sampleRuns({
      epochs: 2,
      stages: [1, 1],
      prefix: attack,
      config: { model: attack, data: attack, limit: attack, lambda: attack, heads: attack, version: attack },
    });
    // Two groups, so that the attack is part of the label too.
    const other = sampleRuns({ epochs: 2, stages: [1, 1], prefix: attack, config: { model: `${attack}2` } });
    const html = renderReport([...runs, ...other], { title: attack, generatedAt: attack });
    expect(unbalanced(html)).toBeNull();
    expect(html).not.toMatch(/<script|<img/i);
    expect(html).toContain('&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;');
    // No tag holds the handler: inside of one, quotes of an attribute value are escaped and the value has no '<'.
    for (const [tag] of html.matchAll(/<[^>]*>/g)) expect(tag.replace(/"[^"]*"/g, '')).not.toMatch(/onerror|alert/);
  });

  it('replaces characters that no document may hold', () => {
    const html = renderReport(sampleRuns({ epochs: 1 }), { title: 'a\u0000b\u001bc' });
    expect(html).toContain('<title>a\ufffdb\ufffdc</title>');
  });

  it('refuses an empty list', () => {
    expect(() => renderReport([], options)).toThrow(/at least one finished run/);
  });
});
