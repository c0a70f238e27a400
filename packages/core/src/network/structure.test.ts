/** Specifications that no builder made: from a file, or by hand. */
import { describe, expect, it, test } from 'vitest';
import { createInlineEngine } from '../engine/createEngine.js';
import { defaultTrainingOptions } from '../train/validateOptions.js';
import { NetworkBuilder } from './builder.js';
import { defaultNeuron } from './neuron.js';
import { NetworkError, validateNetwork } from './shapes.js';
import type { NetworkSpec } from './spec.js';

test('what a neuron may leave out is checked where it is there', () => {
  const of = (initialMembrane: unknown) => {
    const spec = structuredClone(sound);
    const lif = spec.layers.find((layer) => layer.type === 'lif') as { neuron: object };
    Object.assign(lif.neuron, { initialMembrane });
    return () => validateNetwork(spec);
  };
  expect(of(0.5)).not.toThrow();
  expect(of('0.5')).toThrow('neuron.initialMembrane must be a number, got "0.5"');
  expect(of(-0.5)).toThrow('`initialMembrane` must be a number from 0 to 1000000, got -0.5');
});

const sound = new NetworkBuilder({ input: { channels: 1, height: 8, width: 8 }, timeSteps: 2, classes: 3 })
  .conv2d({ outChannels: 16, kernel: 3, padding: 1 })
  .batchNorm()
  .lif()
  .tap('early')
  .avgPool({ kernel: 2 })
  .conv2d({ outChannels: 8, kernel: 3, padding: 1 })
  .batchNorm()
  .lif()
  .build({ heads: ['early'] });

/** The network with the value at a path replaced; 'layers.0.kernel'. */
function changed(path: string, value: unknown): NetworkSpec {
  const copy = structuredClone(sound);
  const keys = path.split('.');
  const last = keys.pop() as string;
  const owner = keys.reduce(
    (object, key) => object[key] as Record<string, unknown>,
    copy as never as Record<string, unknown>,
  );
  Object.defineProperty(owner, last, { value, enumerable: true, configurable: true, writable: true });
  return copy;
}

const bad: [path: string, value: unknown, message: string][] = [
  ['timeSteps', 1e9, '`timeSteps` must be an integer from 1 to 64, got 1000000000'],
  ['timeSteps', '4', 'network.timeSteps must be a number, got "4"'],
  ['timeSteps', Number.NaN, '`timeSteps` must be an integer from 1 to 64, got NaN'],
  ['classes', 1e9, '`classes` must be an integer from 2 to 100000, got 1000000000'],
  ['input', null, 'network.input must be an object, got null'],
  ['input.channels', 1e9, '`input.channels` must be an integer from 1 to 65536, got 1000000000'],
  ['input.height', 1e6, '`input.height` must be an integer from 1 to 4096, got 1000000'],
  ['input.width', -8, '`input.width` must be an integer from 1 to 4096, got -8'],
  ['input.depth', 3, 'network.input.depth is not known; there are channels, height, width'],
  ['input.heigth', 3, 'network.input.heigth is not known; did you mean "height"?'],
  [
    'layers.2.neuron.tau',
    2,
    'network.layers[2].neuron.tau is not known; there are decay, threshold, reset, detachReset,',
  ],
  ['layers', {}, 'network.layers must be a list, got {}'],
  ['layers', new Array(4_001).fill(sound.layers[0]), 'layers: there are 4001, at most 4000 are possible'],
  [
    'layers.0',
    null,
    'network.layers[0].type must be one of conv2d, linear, batchNorm, add, sew, lif, avgPool, maxPool, got undefined',
  ],
  ['layers.0.type', 'constructor', 'network.layers[0].type must be one of conv2d,'],
  ['layers.0.name', ['conv1'], 'network.layers[0].name must be text, got ["conv1"]'],
  ['layers.0.__proto__', { kernel: 5 }, 'network.layers[0].__proto__ is not known'],
  ['layers.0.kernal', 5, 'network.layers[0].kernal is not known'],
  ['layers.0.outChannels', 1e9, 'conv1.outChannels must be an integer from 1 to 65536, got 1000000000'],
  ['layers.0.kernel', 1e6, 'conv1.kernel must be an integer from 1 to 15, got 1000000'],
  ['layers.0.kernel', undefined, 'network.layers[0].kernel must be a number, got undefined'],
  ['layers.0.stride', 1e6, 'conv1.stride must be an integer from 1 to 16, got 1000000'],
  ['layers.0.padding', Number.POSITIVE_INFINITY, 'conv1.padding must be an integer from 0 to 2, got Infinity'],
  ['layers.0.bias', 'false', 'network.layers[0].bias must be true or false, got "false"'],
  ['layers.1.eps', '0.1', 'network.layers[1].eps must be a number, got "0.1"'],
  ['layers.1.eps', 1e-50, 'norm1: `eps` must be a number above 0, got 1e-50'],
  ['layers.1.momentum', Number.NaN, 'norm1: `momentum` must be a number from 0 to 1, got null'],
  ['layers.2.neuron', 'lif', 'network.layers[2].neuron must be an object, got "lif"'],
  ['layers.2.neuron.threshold', 1e9, 'lif1: `threshold` must be a number above 0'],
  ['layers.2.neuron.threshold', 1e-50, 'lif1: `threshold` must be a number above 0, got 1e-50'],
  ['layers.2.neuron.decay', Number.NaN, 'lif1: `decay` must be a number from 0 to 1'],
  [
    'layers.2.neuron',
    { ...defaultNeuron, decay: 1, decayInput: true },
    'lif1: `decay` must be below 1 with `decayInput`, which scales the input by 1 - decay, got 1',
  ],
  ['layers.2.neuron.surrogate', null, 'network.layers[2].neuron.surrogate must be an object, got null'],
  ['layers.2.neuron.surrogate.width', 1e-50, 'lif1: `surrogate.width` must be a number above 0, got 1e-50'],
  [
    'layers.2.neuron.surrogate.kind',
    'step',
    'network.layers[2].neuron.surrogate.kind must be one of rectangle, tanh, triangle,',
  ],
  ['layers.3.kernel', 1e9, 'pool1.kernel must be an integer from 1 to 4096, got 1000000000'],
  ['heads', 'main', 'network.heads must be a list, got "main"'],
  ['heads.1.tap', 7, 'network.heads[1].tap must be text, got 7'],
  ['taps', [], 'network.taps must be an object, got []'],
  ['taps.early', 'conv1', 'tap "early" must be a LIF or sew layer, but is "conv1"'],
  ['taps.__proto__', 'conv1', 'tap "__proto__" must be a LIF or sew layer, but is "conv1"'],
];

describe('a network with one thing wrong', () => {
  it.each(bad)('%s %j', (path, value, message) => {
    const check = () => validateNetwork(changed(path, value));
    expect(check).toThrow(NetworkError);
    expect(check).toThrow(message);
    // Whatever else it says, it says it once.
    expect(check).toThrow(/^(?!.*; there are .*; there are )/);
  });

  it.each([null, 5, 'resnet', [sound]])('is no network at all: %j', (value) => {
    expect(() => validateNetwork(value as never)).toThrow('network must be an object, got');
  });
});

it('is refused by the engine, as are statistics of images that no image can have', async () => {
  const engine = await createInlineEngine({ build: 'single' });
  const good = { network: sound, training: defaultTrainingOptions({ batchSize: 4 }), mean: [0.5], std: [0.2] };
  const refused = (changes: object) => expect(engine.load({ ...good, ...changes })).rejects;
  await refused({ network: changed('timeSteps', 1e9) }).toThrow('`timeSteps` must be an integer from 1 to 64');
  await refused({ training: { ...good.training, lr: Number.NaN } }).toThrow('`lr` must be a number above 0, got NaN');
  await refused({ mean: [] }).toThrow(
    "mean must have a number for each channel: the network's input has 1, mean has 0",
  );
  await refused({ mean: [Number.NaN] }).toThrow('mean[0] must be a number, finite, got NaN');
  for (const std of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e-50, '1']) {
    await refused({ std: [std] }).toThrow(`std[0] must be a number, above 0, got ${std}`);
  }
  await engine.load(good);
  await engine.close();
});

it('a batch that is not for the network is refused before a kernel reads beyond it', async () => {
  const engine = await createInlineEngine({ build: 'single' });
  await engine.load({ network: sound, training: defaultTrainingOptions({ batchSize: 2 }), mean: [0.5], std: [0.2] });
  const good = { images: new Uint8Array(128), labels: Int32Array.of(0, 2), indices: Uint32Array.of(8, 9), size: 2 };
  const place = { epoch: 0, iteration: 0, iterationsPerEpoch: 1, headWeights: null, probe: false };
  for (const [changes, message] of [
    [{ size: 0 }, 'a batch must have 1 image or more, got 0'],
    [{ size: Number.NaN }, 'a batch must have 1 image or more, got NaN'],
    [{ images: new Uint8Array(127) }, '2 images of 8x8x1 are 128 bytes, the batch has 127'],
    [{ labels: Int32Array.of(0) }, 'the batch has 1 labels for 2 images'],
    [{ indices: Uint32Array.of() }, 'the batch has 0 indices for 2 images'],
    [{ labels: Int32Array.of(0, 3) }, 'image 9 has the label 3, the network knows classes 0 to 2'],
    [{ labels: Int32Array.of(-1, 0) }, 'image 8 has the label -1'],
  ] as const) {
    await expect(engine.trainStep({ ...good, ...changes }, place)).rejects.toThrow(message);
    await expect(engine.evaluateStep({ ...good, ...changes })).rejects.toThrow(message);
    await expect(engine.profile({ ...good, ...changes })).rejects.toThrow(message);
  }
  expect((await engine.trainStep(good, place)).loss).toBeGreaterThan(0);
  await engine.close();
});
