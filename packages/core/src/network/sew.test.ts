/** Spikes joined element by element, and planes: what a network may be made of, and what is refused. */
import { describe, expect, it } from 'vitest';
import { buildModel } from '../models/model.js';
import { NetworkBuilder } from './builder.js';
import { describeNetwork } from './count.js';
import { inferShapes } from './shapes.js';
import type { NeuronSettings } from './spec.js';
import { structureProblem } from './structure.js';

/** One layer of neurons, lif1, and behind it another of the same shape, lif2. */
function two(neuron: NeuronSettings = {}): NetworkBuilder {
  const conv = { outChannels: 8, kernel: 3, padding: 1 };
  const input = { channels: 3, height: 8, width: 8 };
  return new NetworkBuilder({ input, timeSteps: 2, classes: 3, neuron }).conv2d(conv).lif().conv2d(conv).lif();
}

describe('spikes joined element by element', () => {
  it('are spikes, of as many planes as there are in both; of one for AND and IAND', () => {
    const spec = two().sew({ with: 'lif1' }).sew({ with: 'lif2', name: 'third' }).build();
    const shapes = inferShapes(spec);
    const one = { channels: 8, height: 8, width: 8, kind: 'spikes', steps: 2 };
    expect(shapes.get('lif2')).toEqual(one);
    expect(shapes.get('sew1')).toEqual({ ...one, planes: 2 });
    expect(shapes.get('third')).toEqual({ ...one, planes: 3 });
    expect(inferShapes(two().sew({ with: 'lif1', operation: 'and' }).build()).get('sew1')).toEqual(one);
    expect(structureProblem(JSON.parse(JSON.stringify(spec)))).toBeNull();
    expect(spec.heads).toEqual([{ name: 'main', tap: 'third' }]);
  });

  it('may be read by convolutions, pools, sums of currents and heads', () => {
    const net = two().sew({ with: 'lif1' }).tap('sum');
    net.maxPool({ kernel: 2 }).conv2d({ outChannels: 8, kernel: 3, padding: 1 }).lif();
    const spec = net
      .conv2d({ input: 'sew1', outChannels: 8, kernel: 3, padding: 1 })
      .add({ with: 'sew1' })
      .lif()
      .avgPool({ kernel: 2 })
      .conv2d({ outChannels: 8, kernel: 1 })
      .lif()
      .sew({ with: 'lif3', operation: 'iand' })
      .build({ heads: ['sum'] });
    const shapes = inferShapes(spec);
    // The largest of sums is a number and no spike.
    expect(shapes.get('pool1')).toEqual({ channels: 8, height: 4, width: 4, kind: 'pooled', steps: 2 });
    expect(describeNetwork(spec).rows.find(({ name }) => name === 'sew2')?.reads).toBe('lif5 iand lif3');
  });

  it.each<[string, () => unknown, string]>([
    [
      'a current',
      () => two().conv2d({ outChannels: 8, kernel: 1 }).sew({ with: 'lif1' }),
      'sew1 (sew) reads spikes, but conv3',
    ],
    ['the image', () => two().sew({ with: 'input' }), 'sew1 (sew) reads spikes, but input gives the image'],
    ['itself', () => two().sew({ with: 'lif2' }), 'sew1 reads lif2 twice'],
    [
      'fewer channels',
      () => narrow().sew({ with: 'lif1' }),
      'sew1 joins lif3 (4x8x8) and lif1 (8x8x8): they must be alike',
    ],
    [
      'a sum with AND',
      () => two().sew({ with: 'lif1' }).sew({ with: 'lif1', operation: 'and' }),
      "sew2 (and) needs spikes of 0 and 1 on both sides, but sew1 gives other numbers, too: take 'add'",
    ],
    [
      'spikes of -1 with IAND',
      () => two({ kind: 'ternary' }).sew({ with: 'lif1', operation: 'iand' }),
      'sew1 (iand) needs spikes of 0 and 1 on both sides, but lif2 gives other numbers, too',
    ],
    ['sums without end', () => doubled(9), 'sew9 is a sum of 89 planes of spikes, at most 64 are possible'],
    [
      'another operation',
      () =>
        two()
          .sew({ with: 'lif1', operation: 'or' as never })
          .build(),
      'operation must be one of add, and, iand, got "or"',
    ],
  ])('refuses %s', (_, build, message) => {
    expect(build).toThrow(message);
  });

  it('a model has residual connections of a kind, or none', () => {
    expect(() => buildModel('resnet20', { residual: 'sew' as never })).toThrow('there is no residual "sew"');
    expect(() => buildModel('plain20', { residual: 'sew-and' })).toThrow('plain20 has no residual connections');
    const layers = buildModel('resnet20', { residual: 'sew-iand', heads: 'none' }).layers;
    expect(layers.filter(({ type }) => type === 'sew')).toHaveLength(9);
    expect(layers.some(({ type }) => type === 'add')).toBe(false);
    // Spikes stay spikes under a maximum.
    expect(
      buildModel('resnet18', { residual: 'sew-and', stem: 'imagenet', input: { channels: 3, height: 64, width: 64 } })
        .taps,
    ).toBeTruthy();
  });
});

function narrow(): NetworkBuilder {
  return two().conv2d({ outChannels: 4, kernel: 1 }).lif();
}

/** Each sum is of the two before it. */
function doubled(times: number): NetworkBuilder {
  let net = two();
  let [before, last] = ['lif1', 'lif2'];
  for (let i = 0; i < times; i++) {
    net = net.sew({ input: last, with: before });
    [before, last] = [last, net.last];
  }
  return net;
}
