import type { Profile } from 'kestirme';
import { describe, expect, it } from 'vitest';
import { roundNumbers } from './chart.js';
import { toHtml, toMarkdown } from './document.js';
import { planItem } from './plan.js';
import { describeRun, duration, Estimate } from './progress.js';
import { makeReport } from './report.js';
import type { Run } from './results.js';
import {
  sampleItem,
  sampleMeasured,
  sampleResult,
  sampleResults,
  sampleRun,
  sampleSettings,
} from './sample.test.support.js';

const runs = [
  sampleRun('select', 'torch', 0, sampleMeasured(10)),
  sampleRun('select', 'snntorch', 0, 'no <module> | of that name'),
  sampleRun('measure', 'wasm', 0, sampleMeasured(15)),
  sampleRun('measure', 'torch', 0, sampleMeasured(10)),
];
const memory = [
  sampleRun('memory', 'wasm', 0, sampleMeasured(1, { peakMemoryBytes: 300e6, idleMemoryBytes: 200e6 })),
  sampleRun('memory', 'torch', 0, sampleMeasured(1, { peakMemoryBytes: 1000e6, idleMemoryBytes: 400e6 })),
];
const series = [1, 2].map((at) => ({ ...sampleRun('measure', 'wasm', 0, sampleMeasured(at)), at }));

describe('report', () => {
  const document = makeReport(
    sampleResults([sampleResult('r18-train', [...runs, ...memory]), sampleResult('threads', series)]),
  );

  it('has the speeds, then a goal that is missed before one that is met', () => {
    const [speeds, goals] = document.blocks.flatMap((block) => (block.kind === 'table' ? [block.rows] : []));
    expect(speeds?.map((cells) => cells.slice(1, 5))).toEqual([
      ['WebAssembly', '15.00 images/s', '–', '1.50 x (1.50 x to 1.50 x): PyTorch 10.00 images/s'],
    ]);
    expect(goals?.map((cells) => [cells[1], cells.at(-1)])).toEqual([
      [expect.stringMatching(/^peak memory.*whole process$/), 'MISSED'],
      ['images/s on 2 threads over 1', 'met'],
      [expect.stringMatching(/^peak memory/), 'met'],
    ]);
  });

  it('says nothing about conditions that were kept, and all about others', () => {
    expect(document.blocks[0]?.kind).toBe('text');
    const quick = makeReport(sampleResults([], { quick: true, images: 'noise' })).blocks[0];
    expect(quick).toMatchObject({ kind: 'warning' });
    expect(quick?.kind === 'warning' && quick.items).toHaveLength(3);
  });

  it('is a page without markup from elsewhere, with drawings', () => {
    const page = toHtml(document);
    expect(page).toContain('no &lt;module&gt; | of that name');
    expect(page).not.toContain('<module>');
    expect(page.match(/<svg /g)).toHaveLength(3);
    expect(page).not.toContain('<script');
    expect(page).not.toContain('NaN');
  });

  it('is Markdown with whole tables', () => {
    const text = toMarkdown(document).trim();
    expect(text).toContain('| snnTorch | no <module> \\| of that name |');
    expect(text).not.toContain('<svg');
    for (const table of text.split('\n\n').filter((part) => part.startsWith('|'))) {
      const columns = table.split('\n').map((line) => line.replaceAll('\\|', '').split('|').length);
      expect(new Set(columns).size).toBe(1);
    }
  });

  it('takes a step apart by kernel and by layer, every time counted once', () => {
    const row = {
      ...{ layer: 'stage1.conv', kernel: 'conv2d forward', calls: 1, milliseconds: 6, share: 0.6, macs: 8e8 },
      ...{ additions: 2e8, bytesRead: 1e6, bytesWritten: 2e6, firingRate: 0.25, activeShare: null },
      ...{ gigaMacsPerSecond: 133, gigaAdditionsPerSecond: 33.3, gigabytesPerSecond: 0.5 },
      roofline: { bound: 'arithmetic' as const, share: 0.5 },
    };
    const profile: Profile = {
      ...{ mode: 'training', steps: 5, batch: 16, threads: 2, build: 'threads' },
      ...{ backend: 'wasm' as const, simd: 'simd128' },
      ...{ stepMilliseconds: 10, otherMilliseconds: 0.994, machine: null },
      rows: [
        { ...row, layer: 'stem.conv', milliseconds: 3, share: 0.3 },
        row,
        { ...row, layer: 'head', kernel: 'linear', milliseconds: 0.006, share: 0.0006 },
      ],
    };
    const run: Run = { part: 'measure', side: 'wasm', round: 0, at: null, wallSeconds: 1, profile };
    const { blocks } = makeReport(sampleResults([sampleResult('profile-r18', [run])]));
    const [byKernel, byLayer] = blocks.filter((b) => b.kind === 'table' && b.head.includes('roofline'));
    if (byKernel?.kind !== 'table' || byLayer?.kind !== 'table') throw new Error('no tables');
    expect(byKernel.rows.map((cells) => [cells[0], cells[2]])).toEqual([
      ['conv2d forward', '9.00'],
      ['linear', '0.01'],
      ['outside the kernels', '0.99'],
    ]);
    expect(byLayer.rows.map((cells) => [cells[0], cells[3], cells[6]])).toEqual([
      ['stem.conv', '3.00', '25.0 %'],
      ['stage1.conv', '6.00', '25.0 %'],
      ['', '0.01', ''],
      ['', '0.99', ''],
    ]);
  });

  it('has round ticks', () => {
    expect(roundNumbers([43, 180])).toEqual([50, 100]);
    expect(roundNumbers([0.9, 11])).toEqual([1, 2, 5, 10]);
    expect(roundNumbers([3, 4])).toEqual([3, 4]);
  });
});

describe('progress', () => {
  it('tells both sides and their ratio once a pair is whole', () => {
    expect(describeRun(runs.slice(0, 1), 5)).toBe('choosing the peer: PyTorch 10.0 images/s');
    expect(describeRun(runs.slice(0, 3), 5)).toBe('measuring 1/5: WebAssembly 15.0 images/s');
    expect(describeRun(runs, 5)).toBe('measuring 1/5: PyTorch 10.0 images/s; WebAssembly over it 1.50');
    expect(describeRun(runs.slice(0, 2), 5)).toContain('snnTorch failed: no <module>');
  });

  it('extrapolates by workload, each side by itself', () => {
    const plan = planItem(sampleItem('start'), { settings: { ...sampleSettings, pairs: 2 }, cores: 2 });
    const estimate = new Estimate([plan]);
    expect(estimate.remaining()).toBeNull();
    // Ours, PyTorch, PyTorch, ours: all the same work, .5 s and 4 s of it to start.
    estimate.advance(2.5);
    estimate.advance(7);
    expect(estimate.remaining()).toBeCloseTo(7 + 2.5, 10);
    estimate.advance(null);
    expect(estimate.remaining()).toBeCloseTo(2.5, 10);
  });

  it('rounds', () => {
    expect([duration(3.2), duration(90), duration(7300)]).toEqual(['4 s', '2 min', '2 h 2 min']);
  });
});
