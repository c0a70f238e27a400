import { describe, expect, it } from 'vitest';
import { learningOf } from './learning.js';
import type { Run } from './results.js';
import { sampleMeasured, sampleResult, sampleResults, sampleRun } from './sample.test.support.js';
import type { Side } from './sides.js';
import { speedsOf } from './speeds.js';
import { summaryRows } from './summary.js';

/** Pairs of ours and a peer at these speeds; by round the ratios are 3, 2 and 4. */
function speedRuns(): Run[] {
  const pairs = [
    [30, 10],
    [40, 20],
    [40, 10],
  ] as const;
  return [
    sampleRun('select', 'torch', 0, sampleMeasured(10)),
    sampleRun('select', 'compile', 0, 'no compiler'),
    ...pairs.flatMap(([ours, peer], round) => [
      sampleRun('measure', 'torch', round, sampleMeasured(peer)),
      sampleRun('measure', 'wasm', round, sampleMeasured(ours)),
    ]),
  ];
}

function memoryRuns(ours: number, peer: number): Run[] {
  return [
    sampleRun('memory', 'wasm', 0, sampleMeasured(1, { peakMemoryBytes: ours, idleMemoryBytes: 50e6 })),
    sampleRun('memory', 'torch', 0, sampleMeasured(1, { peakMemoryBytes: peer, idleMemoryBytes: 500e6 })),
  ];
}

const atSize = (at: number, round: number, seconds: number): Run => ({
  ...sampleRun('measure', 'wasm', round, sampleMeasured(1 / seconds)),
  at,
});

describe('speeds', () => {
  it('have the median of the ratios of neighbours, not the ratio of medians', () => {
    const [speed] = speedsOf(sampleResults([sampleResult('r20-train', speedRuns())]));
    expect(speed).toMatchObject({ speed: '40.00 images/s', overAvx2: null, overOnnx: null, overWebAssembly: null });
    expect(speed?.overFastest).toMatchObject({ side: 'torch', speed: '10.00 images/s' });
    expect(speed?.overFastest?.value).toMatchObject({ median: 3, low: 2, high: 4 });
  });

  it('stand for each backend over each kind of peer and over WebAssembly, the lowest first', () => {
    const of = (side: Side, speed: number) => sampleRun('measure', side, 0, sampleMeasured(speed));
    const select = (['torch', 'compile-avx2'] as const).map((side) => sampleRun('select', side, 0, sampleMeasured(1)));
    const runs = [...select, of('native', 40), of('wasm', 20), of('torch', 10), of('compile-avx2', 8), of('onnx', 16)];
    const backends = ['native', 'wasm'] as const;
    const speeds = speedsOf(sampleResults([sampleResult('r20-infer', runs)], { backends }));
    const ratios = speeds.map((one) => [
      one.own,
      ...[one.overAvx2, one.overFastest, one.overOnnx, one.overWebAssembly].map((ratio) => ratio?.value?.median),
    ]);
    expect(ratios).toEqual([
      ['wasm', 2.5, 2, 1.25, undefined],
      ['native', 5, 4, 2.5, 2],
    ]);
    expect(speeds.map(({ note }) => note)).toEqual(['', 'the same losses, bit for bit']);
    const other = sampleRun('measure', 'native', 0, sampleMeasured(40, { losses: [2.3, 2.25] }));
    const [, apart] = speedsOf(
      sampleResults([sampleResult('r20-infer', [...runs.filter(({ side }) => side !== 'native'), other])], {
        backends,
      }),
    );
    expect(apart?.note).toBe('losses differ from step 2 on');
  });

  it('say why there is none', () => {
    const none = sampleRun('select', 'torch', 0, 'no Python');
    const ours = sampleRun('measure', 'wasm', 0, sampleMeasured(5));
    expect(speedsOf(sampleResults([sampleResult('r20-infer', [none, ours])]))).toMatchObject([
      { speed: '5.000 images/s', overFastest: null, note: 'no peer could run: see the table of peers' },
    ]);
    const failed = sampleResult('r20-train', [], { failed: 'no engine' });
    expect(speedsOf(sampleResults([failed]))).toMatchObject([{ speed: '–', note: 'no engine' }]);
  });
});

describe('rows', () => {
  it('judge memory of the whole process and above the libraries, the missed one first', () => {
    const rows = summaryRows(
      sampleResults([sampleResult('r18-train', [...speedRuns(), ...memoryRuns(200e6, 1000e6)])]),
    );
    expect(rows.map(({ outcome, value }) => [outcome, value?.median])).toEqual([
      ['missed', 0.3],
      ['met', 0.2],
    ]);
  });

  it('have the one furthest from its goal first', () => {
    const start: Run = { part: 'measure', side: 'wasm', round: 0, at: null, wallSeconds: 1, firstStepSeconds: 3 };
    const waiting: Run = { ...start, waiting: { share: 0.2, imagesPerSecond: 5, data: 'cifar10' } };
    const rows = summaryRows(sampleResults([sampleResult('start', [start]), sampleResult('waiting', [waiting])]));
    expect(rows.map(({ value }) => value?.median)).toEqual([0.2, 3]);
  });

  it('judge nothing under other conditions', () => {
    for (const settings of [{ quick: true }, { images: 'noise' }, { pairs: 4 }, { threads: 1 }, { pretrain: 2 }]) {
      const [row] = summaryRows(sampleResults([sampleResult('r18-train', memoryRuns(200e6, 1000e6))], settings));
      expect(row?.outcome).toBe('unjudged');
    }
  });

  it('say why there is no figure', () => {
    const rows = summaryRows(sampleResults([sampleResult('start', [], { failed: 'no engine' })]));
    expect(rows.map(({ outcome, note }) => [outcome, note])).toEqual([['failed', 'no engine']]);
  });

  it('tell the speed over another version of ours, and from which step on it computed something else', () => {
    const against = (losses: number[]) =>
      summaryRows(
        sampleResults([
          sampleResult('r20-train', [
            sampleRun('measure', 'wasm', 0, sampleMeasured(30, { losses: [2.3, 2.2, 2.1] })),
            sampleRun('measure', 'before', 0, sampleMeasured(20, { losses })),
          ]),
        ]),
      );
    // The warm-up lasts for some time, so that one side has more steps than the other.
    const [row, ...others] = against([2.3, 2.2]);
    expect(others).toEqual([]);
    expect(row).toMatchObject({ value: { median: 1.5 }, outcome: 'no goal', note: 'the same losses, bit for bit' });
    expect(against([2.3, 2.25, 2.1])[0]?.note).toBe('losses differ from step 2 on');
  });

  it('compare threads, slopes and heads within a round', () => {
    const rows = (name: string, runs: Run[]) => summaryRows(sampleResults([sampleResult(name, runs)]));
    const [scaling] = rows('threads', [atSize(1, 0, 4), atSize(2, 0, 2), atSize(2, 1, 1), atSize(1, 1, 1.5)]);
    expect(scaling?.value?.values).toEqual([2, 1.5]);
    const [slope] = rows(
      'over-t',
      [1, 2, 4, 8].map((t) => atSize(t, 0, t * t)),
    );
    expect(slope?.value?.median).toBeCloseTo(2, 10);
    expect(slope?.outcome).toBe('missed');
    const [cost] = rows('heads-r20', [atSize(1, 0, 1.02), atSize(0, 0, 1)]);
    expect(cost?.value?.median).toBeCloseTo(0.02, 10);
    expect(cost?.outcome).toBe('met');
  });

  it('take the work of a width, which grows with its square', () => {
    const [row] = summaryRows(
      sampleResults([
        sampleResult(
          'over-width',
          [0.5, 1, 2].map((w) => atSize(w, 0, w * w)),
        ),
      ]),
    );
    expect(row?.value?.median).toBeCloseTo(1, 1);
    expect(row?.note).toMatch(/itself 2.00/);
  });
});

describe('learning', () => {
  const learn = (ours: number[], theirs: number[], side: 'torch' | 'snntorch' = 'torch') =>
    learningOf(
      sampleResult('r20-train', [
        sampleRun('learn', 'wasm', 0, sampleMeasured(1, { losses: ours })),
        sampleRun('learn', side, 0, sampleMeasured(1, { losses: theirs })),
      ]),
    );

  it('agrees when the first loss is the same and the later ones are near', () => {
    expect(learn([2, 1.9, 1.8, 1.7], [2.00001, 1.901, 1.8, 1.7])).toMatchObject([
      { agree: true, fell: { ours: true, peer: true } },
    ]);
    expect(learn([2, 1.9], [2.001, 1.9])).toMatchObject([{ agree: false }]);
    expect(learn([2, 1.9], [2, 2.1])).toMatchObject([{ agree: false, fell: { ours: true, peer: false } }]);
    expect(learn([2, 1.9], [2, 1.7], 'snntorch')).toMatchObject([{ agree: true }]);
  });

  it('of inference compares every peer, on the batches that both had', () => {
    const losses = (values: number[]) => sampleMeasured(1, { losses: values });
    const result = sampleResult('r20-infer', [
      sampleRun('measure', 'wasm', 0, losses([1, 2, 3, 4])),
      sampleRun('measure', 'torch', 0, losses([1, 2])),
      sampleRun('measure', 'onnx', 0, losses([1, 2.1, 3.1])),
    ]);
    expect(learningOf(result).map(({ peer, agree, ours }) => [peer, agree, ours.length])).toEqual([
      ['torch', true, 2],
      ['onnx', false, 3],
    ]);
  });
});
