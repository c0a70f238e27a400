/**
 * Residual blocks of every kind, and ternary spikes, against SpikingJelly's BasicBlock and PyTorch's autograd:
 * test/golden/make_blocks.py, float64, one SGD step at a learning rate of 1, so that parameters move by their gradients.
 *
 * Spikes must be equal: the files keep every membrane further from the threshold and from the surrogate's edges than single
 * precision reaches. Tolerances are relative to the largest value of a tensor, as in golden.test.ts.
 */
import { readFileSync } from 'node:fs';
import {
  createEngine,
  decodeSafetensors,
  defaultTrainingOptions,
  NetworkBuilder,
  type NetworkSpec,
  type NeuronSettings,
  type ResidualName,
  residuals,
} from 'kestirme';
import { describe, expect, test } from 'vitest';

type Extra = 'maxPool' | 'avgPool' | 'again' | null;

/** What leaves the first block may go through a pool of 2 x 2; what the last block reads may be joined with what it gives again. */
const cases: [ResidualName, NeuronSettings['kind'], Extra][] = [
  ['sew-add', 'lif', null],
  ['sew-and', 'lif', null],
  ['sew-iand', 'lif', null],
  ['standard', 'ternary', null],
  ['sew-add', 'ternary', null],
  ['standard', 'trainable-ternary', null],
  ['sew-add', 'trainable-ternary', null],
  ['sew-add', 'lif', 'maxPool'],
  ['sew-add', 'trainable-ternary', 'maxPool'],
  ['sew-add', 'ternary', 'avgPool'],
  ['sew-add', 'lif', 'again'],
  ['sew-iand', 'lif', 'again'],
];

const blocks = [
  [4, 4, 1],
  [4, 8, 2],
  [8, 8, 1],
] as const;

function network(residual: ResidualName, neuron: NeuronSettings['kind'], extra: Extra): NetworkSpec {
  const input = { channels: 3, height: 8, width: 8 };
  const net = new NetworkBuilder({ input, timeSteps: 3, classes: 3, neuron: { kind: neuron } as NeuronSettings });
  net.conv2d({ name: 'stem.conv', outChannels: 4, kernel: 3, padding: 1 }).norm({ name: 'stem.norm' });
  net.lif({ name: 'stem.lif' });
  const kind = residuals.find(({ name }) => name === residual);
  blocks.forEach(([inChannels, outChannels, stride], i) => {
    kind?.block(net, { name: `block${i + 1}`, inChannels, outChannels, stride }, () => {});
    if (i === 0 && (extra === 'maxPool' || extra === 'avgPool')) net[extra]({ kernel: 2 });
  });
  const operation = residual.slice(4) as 'add' | 'iand';
  if (extra === 'again') net.sew({ with: 'block2.sew', operation });
  return net.build();
}

type Numbers = ArrayLike<number> & Iterable<number>;

/** The norm behind a convolution undoes an amplitude before it, whose gradient is next to nothing then: less is no scale. */
const least = 0.01;

function largestDifference(actual: Numbers, expected: Numbers): number {
  expect(actual.length).toBe(expected.length);
  const scale = Math.max(least, ...Array.from(expected, Math.abs));
  return Math.max(...Array.from(expected, (value, i) => Math.abs((actual[i] as number) - value))) / scale;
}

describe.each(cases)('residual %s, neurons %s, %s', (residual, neuron, extra) => {
  const name = [residual, neuron, ...(extra === null ? [] : [extra.replace('Pool', '')])].join('-');
  const file = new URL(`../golden/block-${name}.safetensors`, import.meta.url);
  const { tensors } = decodeSafetensors(readFileSync(file), file.pathname);
  const get = (name: string) => {
    const tensor = tensors.get(name);
    if (tensor === undefined || tensor.data instanceof BigInt64Array) throw new Error(`no numbers named ${name}`);
    return { shape: tensor.shape, data: tensor.data };
  };
  const names = [...tensors.keys()].filter((name) => name.startsWith('init.')).map((name) => name.slice(5));
  const batch = {
    images: Uint8Array.from(get('images').data),
    labels: Int32Array.from(get('labels').data),
    indices: Uint32Array.of(0, 1),
    size: 2,
  };

  test.each([1, 3])('the loss, gradients and running statistics, on %i threads', async (threads) => {
    const engine = await createEngine(threads === 1 ? { build: 'single' } : { threads });
    try {
      const optimizer = { kind: 'sgd', momentum: 0, nesterov: false, weightDecay: 0 } as const;
      const sizes = { epochs: 1, batchSize: 2, microBatch: 2, lr: 1, schedule: { kind: 'constant' } } as const;
      const training = defaultTrainingOptions({ ...sizes, optimizer });
      await engine.load({
        network: network(residual, neuron, extra),
        training,
        mean: [0.5, 0.4, 0.3],
        std: [0.25, 0.2, 0.3],
      });
      const state = await engine.readState();
      const ours = Object.keys(state).filter((name) => !name.startsWith('optimizer.'));
      expect(names.toSorted()).toEqual(ours.toSorted());
      for (const name of names)
        state[name] = { ...get(`init.${name}`), data: Float32Array.from(get(`init.${name}`).data) };
      await engine.writeState(state);
      const place = { epoch: 0, iteration: 0, iterationsPerEpoch: 1, headWeights: [1], probe: false };
      const { loss } = await engine.trainStep(batch, place);
      expect(largestDifference([loss], get('loss').data)).toBeLessThan(1e-6);
      const after = await engine.readState();
      for (const name of names) {
        const [start, end] = [get(`init.${name}`).data, get(`after.${name}`).data];
        const moved = (to: Numbers) => Array.from(to, (value, i) => value - (start[i] as number));
        const tolerance = name.includes('running') ? 1e-5 : 2e-5;
        expect(largestDifference(moved(after[name]?.data ?? []), moved(end)), name).toBeLessThan(tolerance);
      }
    } finally {
      await engine.close();
    }
  });
});
