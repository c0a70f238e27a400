import { buildModel, describeNetwork, type ModelName, modelNames } from 'kestirme';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillBits } from './fill.js';
import { callsFor } from './kernels.js';
import { Memory } from './machine.js';
import { recordStep } from './recordStep.js';
import { type ConvolutionShape, type NeuronShape, shapesOf } from './shapes.js';
import { WebAssemblyMachine } from './webAssembly.js';

const rates = { firing: 0.3, active: 0.35 };
/** The layers of ResNets at the time steps that the shapes are made for. */
const steps = 2;

describe('shapes of a network', () => {
  it.each([...modelNames])('%s: as many convolutions and neurons as it has', (name: ModelName) => {
    const network = buildModel(name, { timeSteps: steps });
    const { rows, neurons } = describeNetwork(network);
    const shapes = shapesOf(network, 3);
    const convolutions = shapes.filter((shape): shape is ConvolutionShape => shape.kind === 'convolution');
    const macs = convolutions.map((s) => {
      const once = s.outHeight * s.outWidth * s.outChannels * s.inChannels * s.kernel * s.kernel;
      return s.count * s.images * once;
    });
    const expected = rows
      .filter(({ type }) => type === 'conv2d' || type === 'linear')
      .map((row) => 3 * row.macs * (row.reads === 'input' ? 1 : steps));
    const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0);
    expect(sum(macs)).toBe(sum(expected));
    expect(convolutions.filter(({ dense }) => dense)).toHaveLength(1);
    const lifs = shapes.filter((shape): shape is NeuronShape => shape.kind === 'neurons');
    expect(sum(lifs.map((s) => s.count * s.height * s.width * s.channels))).toBe(neurons);
  });
});

describe('calls of kernels', () => {
  let machine: WebAssemblyMachine;
  beforeAll(async () => {
    machine = await WebAssemblyMachine.open(1);
  });
  afterAll(() => machine.close());

  it('can be made: every export takes what it is given', async () => {
    const input = { channels: 3, height: 8, width: 8 };
    const network = buildModel('resnet20', { width: 0.25, timeSteps: steps, input });
    const kernels = new Set<string>();
    const run = async (make: (memory: Memory) => ReturnType<typeof callsFor>) => {
      const memory = new Memory(machine);
      for (const call of await make(memory)) {
        machine.bind(call.name, call.args)();
        kernels.add(call.kernel);
      }
      await memory.release();
    };
    for (const shape of shapesOf(network, 2)) await run((memory) => callsFor(shape, steps, rates, memory));
    const convolutions = [
      'border',
      'forward',
      'forward, dense',
      'input gradient',
      'weight gradient',
      'weight gradient, dense',
    ];
    for (const kernel of convolutions) expect(kernels).toContain(`conv2d ${kernel}`);
    for (const kernel of ['statistics', 'coefficients', 'backward']) expect(kernels).toContain(`norm ${kernel}`);
    for (const kernel of ['neurons forward', 'neurons backward', 'accumulate']) {
      expect(kernels).toContain(kernel);
    }
  });

  it('refuses other arguments than an export takes', () => {
    expect(() => machine.bind('zero', [1])).toThrow('zero takes 2 arguments, not 1');
    expect(() => machine.bind('nothing', [])).toThrow('no export nothing');
  });

  it('work on neurons that fire and let gradients pass about as often as those of networks', async () => {
    const memory = new Memory(machine);
    const shape: NeuronShape = {
      ...{ kind: 'neurons', count: 1, batch: 2, height: 8, width: 8, channels: 32, steps, residual: 'none' },
    };
    const [forward] = await callsFor(shape, steps, rates, memory);
    if (forward === undefined) throw new Error('no call');
    machine.bind(forward.name, forward.args)();
    const words = steps * 2 * 64;
    const [spikes = 0, , active = 0] = forward.args.slice(-3);
    for (const at of [spikes, active]) {
      const [ones = 0] = await machine.call('countSpikes', [at, words]);
      expect(ones / (32 * words)).toBeGreaterThan(0.15);
      expect(ones / (32 * words)).toBeLessThan(0.5);
    }
    await memory.release();
  });
});

it('bits come at their rate and leave the rest of a row empty', () => {
  const words = new Uint32Array(2000);
  fillBits(words, 36, 0.25, 7);
  const ones = (word: number) => word.toString(2).replaceAll('0', '').length;
  const all = words.reduce((sum, word) => sum + ones(word), 0);
  expect(all / (1000 * 36)).toBeCloseTo(0.25, 1);
  expect(words.every((word, i) => i % 2 === 0 || word < 16)).toBe(true);
});

it('an inference calls what its layers need, and no more', async () => {
  const input = { channels: 3, height: 8, width: 8 };
  const network = buildModel('resnet20', { width: 0.25, timeSteps: steps, input, heads: 'stages' });
  const { calls } = await recordStep(network, 1, { inference: true });
  const counts = new Map<string, number>();
  for (const { kernel } of calls) counts.set(kernel, (counts.get(kernel) ?? 0) + 1);
  expect(Object.fromEntries(counts)).toEqual({
    encode: 1,
    'conv2d border': 1,
    'conv2d forward, dense': 1,
    'conv2d forward': 20,
    'neurons forward': 19,
    'global average pool forward': 1,
    'linear forward': 1,
  });
});

it('a recorded step has the calls of every layer, and their arguments are those of the exports', async () => {
  const input = { channels: 3, height: 8, width: 8 };
  const network = buildModel('resnet20', { width: 0.25, timeSteps: steps, input, heads: 'stages' });
  const { calls, memory } = await recordStep(network, 2);
  const layers = new Set(calls.map(({ layer }) => layer));
  for (const { name, type } of network.layers) if (type !== 'add') expect(layers).toContain(name);
  for (const layer of ['input', 'loss', 'optimizer', 'head.main']) expect(layers).toContain(layer);
  const of = (kernel: string) => calls.filter((call) => call.kernel === kernel).length;
  expect([of('neurons forward'), of('neurons backward')]).toEqual([19, 19]);
  expect(of('sgd')).toBeGreaterThan(1);
  expect(memory.length % 65_536).toBe(0);
  const machine = await WebAssemblyMachine.open(1);
  for (const { name, args } of calls) expect(() => machine.bind(name, args)).not.toThrow();
  await machine.close();
});
