import { describe, expect, it } from 'vitest';
import { rivals } from './peers.js';
import { planItem, workload } from './plan.js';
import { sampleItem, sampleSettings } from './sample.test.support.js';
import { suite } from './suite.js';

const settings = { ...sampleSettings, pairs: 2 };
const plan = (name: string, changes = {}) =>
  planItem(sampleItem(name), { settings: { ...settings, ...changes }, cores: 2 });

describe('suite', () => {
  it('has each item once', () => {
    expect(new Set(suite.map(({ name }) => name)).size).toBe(suite.length);
  });
});

describe('plan', () => {
  it('prepares weights, chooses the peer, lets both learn and measures pairs in turn', () => {
    const runs = plan('r20-train');
    expect(runs.map(({ part, side }) => `${part} ${side}`)).toEqual([
      'prepare wasm',
      ...rivals.map((name) => `select ${name}`),
      'learn wasm',
      'learn fastest',
      'learn fastest-avx2',
      'memory wasm',
      'memory torch',
      'measure wasm',
      'measure fastest',
      'measure fastest-avx2',
      'measure fastest-avx2',
      'measure fastest',
      'measure wasm',
    ]);
    const [prepared] = runs;
    expect(prepared?.own).toMatchObject({ saveInitial: 'initial', saveTrained: 'trained' });
    expect(prepared?.work).toMatchObject({ mode: 'train', steps: 30, weights: undefined });
    for (const { part, work } of runs.slice(1)) {
      expect(work.weights).toBe(
        { select: 'trained', measure: 'trained', learn: 'initial', memory: undefined, prepare: '' }[part],
      );
    }
    expect(runs.at(-1)?.work).toMatchObject({ steps: 20, warmup: 5, warmupSeconds: 3, threads: 2, batch: 32 });
  });

  it('measures every backend of ours in each round, on the weights that the first has made', () => {
    const backends = ['native', 'native-avx2', 'wasm'] as const;
    const runs = plan('r18-infer', { backends });
    const ours = [...backends, 'onnx'];
    const round = ['fastest', 'fastest-avx2', ...ours];
    expect(runs[0]).toMatchObject({ part: 'prepare', side: 'native' });
    expect(runs.slice(-2 * round.length).map(({ side }) => side)).toEqual([...round, ...round.toReversed()]);
    const threads = plan('threads', { backends: ['native', 'wasm'] }).slice(1);
    expect(threads.map(({ side, at }) => `${side} ${at}`).slice(0, 4)).toEqual([
      ...['native 1', 'wasm 1', 'native 2', 'wasm 2'],
    ]);
  });

  it('takes half the steps in an acceptance run, tries all peers once a mode and lets nothing learn', () => {
    const peers = (name: string) => plan(name, { acceptance: true }).filter(({ part }) => part === 'select').length;
    expect([peers('r20-train'), peers('r20-infer')]).toEqual([rivals.length, rivals.length]);
    expect([peers('r18-train'), peers('r18-infer-b1')]).toEqual([6, 6]);
    const runs = plan('r18-train-t4', { acceptance: true });
    expect(new Set(runs.map(({ part }) => part))).toEqual(new Set(['prepare', 'select', 'measure']));
    expect(runs.at(-1)?.work.steps).toBe(4);
  });

  it('measures another version of ours in place of the peers', () => {
    const before = { clone: '/clone', commit: 'abc' };
    const sides = (name: string) =>
      plan(name, { before }).map(({ part, side, work }) => `${part} ${side} ${work.batch}`);
    const pairs = (batch: number) => ['wasm', 'before', 'before', 'wasm'].map((side) => `measure ${side} ${batch}`);
    expect(sides('r20-train')).toEqual(['prepare wasm 32', ...pairs(32)]);
    expect(sides('r20-infer-b1')).toEqual(['prepare wasm 32', ...pairs(1)]);
  });

  it('measures memory as often as speed where it has a goal', () => {
    expect(plan('r18-train').filter(({ part }) => part === 'memory')).toHaveLength(4);
  });

  it('infers on weights trained with more than one image, between its peers and ONNX Runtime', () => {
    const runs = plan('r18-infer-b1');
    expect(runs[0]?.work).toMatchObject({ mode: 'train', batch: 32 });
    expect(runs.slice(-4).map(({ side }) => side)).toEqual(['onnx', 'wasm', 'fastest-avx2', 'fastest']);
    expect(runs.some(({ part }) => part === 'learn' || part === 'memory')).toBe(false);
  });

  it('varies one size, with weights for each network', () => {
    const over = plan('over-t');
    expect(over.slice(0, 4).map(({ own }) => own.saveTrained)).toEqual([
      'trained-1',
      'trained-2',
      'trained-4',
      'trained-8',
    ]);
    expect(over.slice(4).map(({ at, work }) => [at, work.timeSteps, work.weights])).toEqual(
      [1, 2, 4, 8, 8, 4, 2, 1].map((t) => [t, t, `trained-${t}`]),
    );
    expect(plan('over-batch', { quick: true }).map(({ work }) => work.batch)).toEqual([4, 1, 2, 4, 8, 8, 4, 2, 1]);
    expect(
      plan('over-firing')
        .slice(1, 6)
        .map(({ own }) => own.threshold),
    ).toEqual([0.1, 0.25, 0.5, 1, 1.5]);
  });

  it('uses no more threads than there are cores', () => {
    expect(
      plan('threads')
        .slice(1)
        .map(({ work }) => work.threads),
    ).toEqual([1, 2, 2, 1]);
  });

  it('takes a step apart that starts from trained weights', () => {
    const runs = plan('profile-r18');
    expect(runs.map(({ program, part }) => [program, part])).toEqual([
      ['steps', 'prepare'],
      ['profile', 'measure'],
    ]);
    expect(runs[1]?.work).toMatchObject({ model: 'resnet18', mode: 'train', weights: 'trained' });
  });

  it('counts three passes for a training step', () => {
    const train = plan('r20-train').at(-1);
    const infer = plan('r20-infer').at(-1);
    const one = { pretrain: 0, warmup: 0, steps: 1 };
    if (!train || !infer) throw new Error('no plan');
    const ratio = workload({ ...train.work, ...one }) / workload({ ...infer.work, ...one });
    expect(ratio).toBe(3);
    // ResNet-20: 41 million multiply-accumulates an image and step.
    expect(workload({ ...infer.work, ...one }) / (2 * 32)).toBeCloseTo(41e6, -6);
  });
});
