import { createHash } from 'node:crypto';
import type { EpochMetrics } from 'kestirme';
import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../run/record.js';
import { PAGE_SCRIPT } from './pageScript.js';
import { renderReport } from './report.js';
import { gradientOf, sampleRuns, unfinished } from './sample.test.support.js';

const options = { title: 'A comparison' };

/** Visible text and attribute values; the style sheet and the one script have words of their own. */
function withoutStyle(html: string): string {
  expect(html.split(PAGE_SCRIPT)).toHaveLength(2);
  return html.replace(`<script>${PAGE_SCRIPT}</script>`, '').replace(/<style>[\s\S]*?<\/style>/g, '');
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
  expect(withoutStyle(html)).not.toMatch(/<script|<link|<img|<iframe|\bon\w+=|url\(|@import|href="(?!#)|src=/i);
  const ids = [...withoutStyle(html).matchAll(/\sid="([^"]*)"/g)].map((match) => match[1]);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [, id] of withoutStyle(html).matchAll(/(?:href="#|aria-labelledby=")([^" ]+)/g)) expect(ids).toContain(id);
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
      'Main head and shortcut heads',
      'Gradients over depth',
      'Gradient histograms, and gradients at the taps',
      'Firing rates',
      'Configuration',
      'What to conclude, and what not',
    ]);
    const figures = html.match(/<figure /g)?.length;
    expect(figures).toBe(8);
    expect(html.match(/<figcaption>/g)?.length).toBe(figures);
    expect(html.match(/<details class="data">/g)?.length).toBe(figures);
    const charts = html.match(/<svg class="chart"/g)?.length ?? 0;
    // Test 2, training 6, heads 6, ratio 1, maps 6, histograms 2, taps 2, rates 2.
    expect(charts).toBe(27);
    expect(html.match(/role="img" aria-labelledby="[^"]+-title [^"]+-desc"><title/g)?.length).toBe(charts);
  });

  it('calls images of validation what they are, where epochs were judged by them', () => {
    const [first, ...others] = sampleRuns();
    const validated = edit([first as RunRecord], (line) => {
      line.judgedBy = 'validation';
    });
    const html = renderReport(validated, options);
    expect(html).toContain('Validation accuracy over epochs');
    expect(html).toContain('training images (solid) and validation images (dashed)');
    expect(html).not.toMatch(/Test (accuracy|loss) over epochs|test images \(dashed\)/);
    expect(renderReport([...validated, ...others], options)).toContain('Test or validation accuracy over epochs');
  });

  it('gives the same file for the same runs', () => {
    const runs = sampleRuns({ epochs: 3 });
    expect(renderReport(runs, options)).toBe(renderReport(runs, options));
  });

  it('names the hash of its one script, and holds it as it was hashed', () => {
    const html = renderReport(sampleRuns({ epochs: 1 }), options);
    const [, script = ''] = /<script>([\s\S]*?)<\/script>/.exec(html) ?? [];
    const hash = createHash('sha256').update(script).digest('base64');
    expect(html).toContain(`default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'">`);
  });

  it('tells its story before the first table and the first figure', () => {
    const html = renderReport(sampleRuns({ epochs: 2 }), options);
    const [story, rest] = [html.indexOf('class="story"'), html.indexOf('<table')];
    expect(story).toBeGreaterThan(0);
    expect(story).toBeLessThan(rest);
    expect(html.slice(story, rest).match(/<p>/g)).toHaveLength(3);
  });

  it('counts epochs from 1 and has a line for guessing in each figure of accuracy and loss', () => {
    const html = renderReport(sampleRuns({ epochs: 3 }), options);
    expect(html).toContain('Epoch 1 (the first one)');
    expect(html).toContain('Epoch 3 (the last one)');
    expect(html).not.toMatch(/[Ee]poch 0/);
    const panels = html.split('<div class="panel"').slice(1);
    const judged = panels.filter((panel) => /[- ](?:accuracy|loss)(?:-\d)?-title"/.test(panel.slice(0, 20_000)));
    const marked = (panel: string) => /guessing, (?:1 in 10|ln 10 = 2\.30)</.test(panel);
    // Test 2, training 6, heads 2.
    expect(panels.filter(marked)).toHaveLength(12);
    for (const panel of judged.filter((one) => !one.includes('weights'))) expect(marked(panel)).toBe(true);
  });

  it('names the loss, and knows what guessing costs in cross entropy only', () => {
    const report = (loss: string) => renderReport(sampleRuns({ epochs: 1, config: { loss } }), options);
    expect(report('cross-entropy')).toContain('Softmax cross entropy');
    const squared = report('mse:correct=1,incorrect=0');
    expect(squared).toContain('Mean squared error');
    expect(squared).not.toContain('guessing, ln');
  });

  it('has error bars over the seeds, and for one seed those of the test images', () => {
    const barsIn = (seeds: number[]) => {
      const html = renderReport(sampleRuns({ methods: ['vanilla'], seeds, epochs: 1 }), options);
      const [, data = '{}'] = /<div class="panel" data-plot="([^"]*)"/.exec(html) ?? [];
      const plot = JSON.parse(data.replaceAll('&quot;', '"'));
      return plot.series[0].values[0] as [number, number, number, number];
    };
    const [, share, low, high] = barsIn([0]);
    const error = Math.sqrt((share * (1 - share)) / 1000);
    expect([low, high]).toEqual([expect.closeTo(share - error, 5), expect.closeTo(share + error, 5)]);
    const values = sampleRuns({ methods: ['vanilla'], seeds: [0, 1], epochs: 1 }).map((run) => run.result.testAccuracy);
    const [a = 0, b = 0] = values;
    const [, mean, from, to] = barsIn([0, 1]);
    expect(mean).toBeCloseTo((a + b) / 2, 5);
    expect(to - from).toBeCloseTo(Math.SQRT2 * Math.abs(a - b), 5);
  });

  it('draws accuracies on the whole range, however little they differ', () => {
    const runs = sampleRuns({ seeds: [0], epochs: 2 });
    for (const run of runs) for (const line of run.metrics) line.testAccuracy = 0.97 + line.epoch * 0.001;
    const html = renderReport(runs, options);
    const [, panel = ''] = html.split('<div class="panel"');
    for (const tick of ['>0%<', '>100%<']) expect(panel).toContain(tick);
  });

  it('names a series by its place in the legend on each of its shapes', () => {
    const html = renderReport(sampleRuns({ epochs: 2 }), options);
    for (const entry of [0, 1, 2]) {
      expect(html).toContain(`<li data-s="${entry}">`);
      expect(html).toMatch(new RegExp(`<path data-s="${entry}"`));
    }
    expect(html).not.toMatch(/"#fd[0-9a-f]{4}"/i);
  });

  it('draws runs that have not finished as far as they are, and says so', () => {
    const [first, second, third, ...rest] = sampleRuns({ epochs: 4 });
    if (!first || !second || !third) throw new Error('too few runs');
    const html = renderReport([first, unfinished(second, 2), unfinished(third, 1), ...rest], options);
    expectSound(html);
    expect(html).toContain('Not finished yet: vanilla, seed 1 (2 of 4 epochs) and shortcut, seed 0 (1 of 4 epochs)');
    expect(html).toContain('after 1 epoch, as far as all runs have come,');
    expect(html).toContain('not finished: 2 of 4 epochs');
    expectSound(renderReport([unfinished(first, 0)], options));
  });

  it('shows runs without norms of weights by absolute norms, and says so', () => {
    const runs = edit(sampleRuns({ epochs: 2 }), (line) => {
      for (const stats of Object.values(line.gradients.weights)) delete stats.weightNorm;
    });
    const html = renderReport(runs, options);
    expectSound(html);
    expect(html).toContain('only the absolute norms can be drawn');
    expect(html).not.toContain('id="ratio"');
  });

  it('stays small with 56 layers and many epochs', () => {
    const runs = sampleRuns({ seeds: [0], epochs: 1, stages: [9, 9, 9] });
    for (const run of runs) {
      run.metrics = Array.from({ length: 45 }, (_, epoch) => ({ ...(run.metrics[0] as EpochMetrics), epoch }));
    }
    const html = renderReport(runs, options);
    expect(html.length).toBeLessThan(1.5e6);
    expect(html).toContain('A column stands for 2 epochs');
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
    expect(html).toContain('The gradient is exactly zero in some epoch');
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
    expect(withoutStyle(html)).not.toMatch(/<script|<img/i);
    expect(html).toContain('&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;');
    // No tag holds the handler: inside of one, quotes of an attribute value are escaped and the value has no '<'.
    for (const [tag] of withoutStyle(html).matchAll(/<[^>]*>/g))
      expect(tag.replace(/"[^"]*"/g, '')).not.toMatch(/onerror|alert/);
  });

  it('replaces characters that no document may hold', () => {
    const html = renderReport(sampleRuns({ epochs: 1 }), { title: 'a\u0000b\u001bc' });
    expect(html).toContain('<title>a\ufffdb\ufffdc</title>');
  });

  it('refuses an empty list', () => {
    expect(() => renderReport([], options)).toThrow(/at least one run/);
  });
});
