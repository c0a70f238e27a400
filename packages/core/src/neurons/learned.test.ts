/** What neurons learn: where it starts, and that it moves. */
import { expect, test } from 'vitest';
import type { State } from '../engine/types.js';
import { describeNetwork } from '../network/count.js';
import { network, train } from './small.test.support.js';

/** Of a state, the parameters of neurons. */
const ofNeurons = (state: State) => Object.entries(state).filter(([name]) => /^lif\d\./.test(name));

test('a GLIF learns all that it has, of a layer or of its channels', async () => {
  const single = ['alpha', 'beta', 'gamma', 'decay', 'threshold', 'leak', 'drop'];
  for (const per of ['layer', 'channel'] as const) {
    const [before, after] = [await train({ kind: 'glif', per }, 1, {}, 0), await train({ kind: 'glif', per }, 1)];
    const shapes = Object.fromEntries(ofNeurons(after.parameters).map(([name, { shape }]) => [name, shape]));
    for (const [layer, channels] of [
      ['lif1', 10],
      ['lif2', 10],
      ['lif3', 12],
    ] as const) {
      for (const name of single) expect(shapes[`${layer}.${name}`]).toEqual([per === 'layer' ? 1 : channels]);
      expect(shapes[`${layer}.conductance`]).toEqual(per === 'layer' ? [3] : [3, channels]);
    }
    for (const [name, { data }] of ofNeurons(after.parameters)) {
      const start = before.parameters[name]?.data as Float32Array;
      expect(
        data.every((value, i) => value !== start[i]),
        `${name} has moved`,
      ).toBe(true);
    }
    const gates = ['alpha', 'beta', 'gamma'].map((name) => before.parameters[`lif3.${name}`]?.data as Float32Array);
    expect(gates.every((gate) => gate.every((w) => w !== 0 && Math.abs(w) < 0.1))).toBe(true);
    expect(new Set(gates.flatMap((gate) => [...gate])).size).toBe(3 * (per === 'layer' ? 1 : 12));
    const sigmoid = (w: number) => 1 / (1 + Math.exp(-w));
    expect(sigmoid(before.parameters['lif1.leak']?.data[0] as number)).toBeCloseTo(0.5 / 6, 6);
  }
});

test("Diet-SNN's neuron learns a threshold, and a decay that never exceeds 1", async () => {
  const { parameters } = await train({ kind: 'diet' }, 1);
  const values = (name: string) => [1, 2, 3].map((layer) => parameters[`lif${layer}.${name}`]?.data[0] as number);
  expect(values('threshold').every((threshold) => threshold !== 1 && threshold > 0.5 && threshold < 1.5)).toBe(true);
  expect(values('decay').every((decay) => decay <= 1 && decay > 0.5)).toBe(true);
  expect(values('decay').some((decay) => decay < 1)).toBe(true);
  const wild = { shape: [1], data: Float32Array.of(7) };
  const after = await train({ kind: 'diet' }, 1, { 'lif2.decay': wild }, 1);
  expect(after.parameters['lif2.decay']?.data[0]).toBe(1);
});

const zero = { shape: [1], data: Float32Array.of(0) };

test('a PLIF starts as the LIF of its decay, and each layer then learns its own', async () => {
  const start = { decay: 0.5, decayInput: true };
  // From the same weights: what is drawn depends on how many parameters come before.
  const { parameters: weights } = await train(start, 1, {}, 0);
  const starts = { ...weights, ...Object.fromEntries(['lif1.w', 'lif2.w', 'lif3.w'].map((name) => [name, zero])) };
  const lif = await train(start, 1, weights);
  const plif = await train({ ...start, kind: 'plif' }, 1, starts);
  expect(plif.losses[0]).toBe(lif.losses[0]);
  expect(plif.losses[2]).not.toBe(lif.losses[2]);
  const learned = Object.entries(plif.parameters).filter(([name]) => /^lif\d\.w$/.test(name));
  expect(learned.map(([name, { shape }]) => [name, shape])).toEqual([
    ['lif1.w', [1]],
    ['lif2.w', [1]],
    ['lif3.w', [1]],
  ]);
  const values = learned.map(([, { data }]) => data[0] as number);
  expect(new Set(values).size).toBe(3);
  expect(values.every((w) => w !== 0 && Math.abs(w) < 1)).toBe(true);
  const [with1, without] = [{ kind: 'plif' } as const, {}].map((neuron) => describeNetwork(network(neuron)).parameters);
  expect(with1).toBe((without as number) + 3);
});
