import { expect, test } from 'vitest';
import { describeNetwork } from '../network/count.js';
import { depthOf } from '../network/mainPath.js';
import { buildModel } from './model.js';

const input = { channels: 1, height: 28, width: 28 };

test('784-1000-10 has its parameters', () => {
  const network = buildModel('mlp', { input });
  // Weights, scale and shift of the norm, the head.
  expect(describeNetwork(network).parameters).toBe(784 * 1000 + 2 * 1000 + 1000 * 10 + 10);
  expect(depthOf(network)).toBe(2);
  expect(network.layers.map(({ name }) => name)).toEqual(['stage1.linear', 'stage1.norm', 'stage1.lif']);
  expect(network.heads).toEqual([{ name: 'main', tap: 'stage1.lif' }]);
});

test('hidden layers are taps, and the width is a factor on them', () => {
  const network = buildModel('mlp', { input, widths: [300, 100, 50], width: 0.5 });
  const widths = network.layers.flatMap((layer) => (layer.type === 'linear' ? [layer.outFeatures] : []));
  expect(widths).toEqual([152, 52, 24]);
  expect(network.heads.map(({ name }) => name)).toEqual(['main', 'stage1', 'stage2']);
});

test('says what is wrong', () => {
  expect(() => buildModel('mlp', { widths: [] })).toThrow(
    '`widths` must be a list of the neurons of each hidden layer',
  );
  expect(() => buildModel('mlp', { widths: [2.5] })).toThrow('stage1.linear.outFeatures must be an integer from 1');
  expect(() => buildModel('mlp', { stem: 'cifar' })).toThrow('mlp has no option "stem"; there are widths, width');
  expect(() => buildModel('resnet20', { widths: [3] })).toThrow(
    'resnet20 has no option "widths"; did you mean "width"?',
  );
});
