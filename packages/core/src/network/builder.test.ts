import { expect, test } from 'vitest';
import { NetworkBuilder } from './builder.js';
import { writtenCurrents } from './currents.js';
import { inferShapes } from './shapes.js';

const options = { input: { channels: 1, height: 8, width: 8 }, timeSteps: 2, classes: 3 };
const start = () => new NetworkBuilder(options).conv2d({ outChannels: 16, kernel: 3, padding: 1 }).batchNorm().lif();

test('infers shapes, kinds and steps', () => {
  const spec = start()
    .tap('early')
    .maxPool({ kernel: 2 })
    .linear({ outFeatures: 5 })
    .lif()
    .build({ heads: ['early'] });
  const shapes = inferShapes(spec);
  expect(shapes.get('norm1')).toEqual({ channels: 16, height: 8, width: 8, kind: 'current', steps: 1 });
  expect(shapes.get('pool1')).toEqual({ channels: 16, height: 4, width: 4, kind: 'spikes', steps: 2 });
  expect(shapes.get('lif2')).toMatchObject({ channels: 5, height: 1, width: 1 });
  expect(spec.heads).toEqual([
    { name: 'main', tap: 'lif2' },
    { name: 'early', tap: 'lif1' },
  ]);
});

test("takes a data set's description for the shape of the input, and only the shape from it", () => {
  const info = { ...options.input, name: 'digits', classes: 3, mean: [0.5], std: [0.25] };
  const build = (input: typeof options.input) =>
    new NetworkBuilder({ ...options, input }).conv2d({ outChannels: 4, kernel: 3 }).lif().build();
  expect(build(info)).toEqual(build(options.input));
});

test('refuses what does not fit, in words', () => {
  expect(() => start().conv2d({ inChannels: 32, outChannels: 8, kernel: 3 })).toThrow(
    'conv2 expects 32 channels, lif1 gives 16',
  );
  expect(() => start().batchNorm()).toThrow('norm2 must read a conv2d or linear directly, but reads lif1');
  expect(() => start().lif()).toThrow('lif2 (lif) reads a conv2d, linear, batchNorm or add, but lif1 gives spikes');
  expect(() => start().conv2d({ outChannels: 8, kernel: 9 })).toThrow(
    'conv2 has a 9x9 kernel, but lif1 gives only 8x8 pixels',
  );
  expect(() => start().conv2d({ outChannels: 8, kernel: 3 }).add({ with: 'lif1' })).toThrow(
    'add1 adds conv2 (8x6x6) and lif1 (16x8x8): they must be alike',
  );
  expect(() => start().conv2d({ outChannels: 16, kernel: 1 }).conv2d({ outChannels: 4, kernel: 1 })).toThrow(
    'conv3 (conv2d) reads the image, spikes or pooled values, but conv2 gives a membrane current',
  );
  expect(() => start().conv2d({ outChannels: 8, kernel: 3 }).build()).toThrow('the last layer must be a LIF or a sew');
  expect(() => start().conv2d({ input: 'lif7', outChannels: 8, kernel: 3 })).toThrow('no layer is named "lif7"');
  expect(() => start().lif({ name: 'head.main' })).toThrow('"head.main" cannot name a layer');
  expect(() => start().maxPool({ kernel: 3, padding: 2 })).toThrow(
    'pool1.padding must be an integer from 0 to 1, got 2',
  );
  expect(() => start().conv2d({ outChannels: 2.5, kernel: 3 })).toThrow('conv2.outChannels must be an integer');
  const wide = new NetworkBuilder({ input: { channels: 1, height: 8, width: 2000 }, classes: 2, timeSteps: 1 });
  expect(() => wide.conv2d({ outChannels: 4, kernel: 1 })).toThrow(
    'conv1 gives lines of 2000 pixels, at most 1024 can be convolved: take a smaller image or a larger stride',
  );
});

test('a current has several readers, but not in front of its norm, and not a convolution alone', () => {
  const net = () => start().conv2d({ outChannels: 16, kernel: 1 });
  const sum = net().batchNorm().lif({ name: 'a' }).conv2d({ outChannels: 16, kernel: 1 }).add({ with: 'norm2' }).lif();
  expect([...writtenCurrents(sum.build())]).toEqual(['norm2']);
  expect(() =>
    net().batchNorm().lif().conv2d({ outChannels: 16, kernel: 1 }).add({ with: 'conv2' }).lif().build(),
  ).toThrow('conv2 is normalised by norm2, so add1 must read norm2 in its place');
  expect(() => net().batchNorm().conv2d({ outChannels: 4, kernel: 1 }).lif().build()).toThrow(
    'conv3 (conv2d) is all that reads norm2, which gives a membrane current: put a LIF between them',
  );
  expect(() => net().add({ with: 'conv2' })).toThrow('add1 adds conv2 to itself');
});

test('a sum of sums is written, and one that one layer reads is not', () => {
  const net = start().conv2d({ outChannels: 16, kernel: 1 }).add({ with: 'lif1' });
  const { layers } = net.add({ with: 'lif1' }).lif().build();
  expect([...writtenCurrents({ layers })]).toEqual(['add1']);
});
