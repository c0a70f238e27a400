import { describe, expect, test } from 'vitest';
import { withoutShortcutHeads } from '../heads/heads.js';
import { describeNetwork } from '../network/count.js';
import { writtenCurrents } from '../network/currents.js';
import { depthOf, mainConvolutions } from '../network/mainPath.js';
import type { NetworkSpec } from '../network/spec.js';
import { modelNames } from './layouts.js';
import { buildModel, type ModelOptions, resnet18 } from './model.js';

const imagenet: ModelOptions = { stem: 'imagenet', classes: 1000, input: { channels: 3, height: 224, width: 224 } };
const dvs: ModelOptions = { input: { channels: 2, height: 48, width: 48 } };

describe('layer tables of the method reference, section 3', () => {
  // Model, options, parameters, MACs per step in units of 0.1 M, neurons in thousands.
  test.each<[string, ModelOptions, number, number, number]>([
    ['resnet18', {}, 11_173_962, 555.4, 557],
    ['resnet18', { classes: 100 }, 11_220_132, 555.4, 557],
    ['resnet34', {}, 21_282_122, 1159.4, 967],
    ['resnet34', { classes: 100 }, 21_328_292, 1159.5, 967],
    ['resnet19', {}, 12_569_226, 2285.2, 1442],
    ['resnet19', { classes: 100 }, 12_615_396, 2285.2, 1442],
    ['resnet20', {}, 272_474, 40.8, 188],
    ['resnet20', { classes: 100 }, 278_324, 40.8, 188],
    // He et al., table 6: 0.46, 0.66, 0.85 and 1.7 M parameters, theirs without the 2,560 + 192 of the projections.
    ['resnet32', {}, 466_906, 69.1, 304],
    ['resnet44', {}, 661_338, 97.4, 418],
    ['resnet56', {}, 855_770, 125.7, 532],
    ['resnet110', {}, 1_730_714, 253.1, 1049],
    ['plain20', {}, 269_722, 40.6, 188],
    ['plain32', {}, 464_154, 68.9, 303],
    ['plain44', {}, 658_586, 97.2, 418],
    ['plain56', {}, 853_018, 125.5, 532],
    ['resnet18', { width: 0.25 }, 701_466, 35.0, 139],
    ['resnet18', dvs, 11_173_386, 1248.4, 1253],
    ['resnet18', imagenet, 11_689_512, 1814, 2308],
    ['resnet34', imagenet, 21_797_672, 3664, 3562],
  ])('%s %j', (name, options, parameters, macs, neurons) => {
    const description = describeNetwork(buildModel(name, options));
    expect(description.parameters).toBe(parameters);
    expect(description.macsPerStep / 1e6).toBeCloseTo(macs, macs > 1500 ? -1 : 0);
    expect(Math.abs(description.neurons / 1000 - neurons)).toBeLessThan(1);
  });

  test.each<[string, ModelOptions, number]>([
    ['resnet18', { heads: 'stages' }, 4_510],
    ['resnet18', { heads: 'stages', classes: 100 }, 45_100],
    ['resnet34', { heads: 'blocks' }, 32_790],
    ['resnet34', { heads: 'blocks', classes: 100 }, 327_900],
    ['resnet18', { heads: 'blocks' }, 14_150],
    ['resnet19', { heads: 'stages' }, 3_860],
  ])('shortcut heads of %s %j', (name, options, parameters) => {
    expect(describeNetwork(buildModel(name, options)).shortcutParameters).toBe(parameters);
  });
});

describe('models', () => {
  test.each<[string, number]>([
    ['resnet20', 20],
    ['resnet32', 32],
    ['resnet44', 44],
    ['resnet56', 56],
    ['resnet110', 110],
    ['plain20', 20],
    ['plain32', 32],
    ['plain44', 44],
    ['plain56', 56],
    ['resnet18', 18],
    ['resnet34', 34],
    // The spiking literature's name counts otherwise: 16 convolutions of 8 blocks, the stem's, and two fully connected.
    ['resnet19', 18],
  ])('%s has the layers of its name', (name, depth) => {
    const network = buildModel(name, { heads: 'blocks' });
    const { layers } = network;
    const convolutions = layers.filter(({ type, name: layer }) => type === 'conv2d' && !layer.includes('.down.'));
    // The main head is the last one.
    expect(convolutions.length + 1).toBe(depth);
    expect(depthOf(network)).toBe(depth);
    expect(mainConvolutions(network).map((layer) => layer.name)).toEqual(convolutions.map((layer) => layer.name));
    expect(layers.some(({ type }) => type === 'add')).toBe(!name.startsWith('plain'));
  });

  test('MS-ResNets have the layers, parameters and work of the standard ones; their currents are read by a LIF and a sum', () => {
    const options: ModelOptions = { residual: 'ms', heads: 'blocks' };
    const [ms, standard] = [resnet18(options), resnet18({ heads: 'blocks' })];
    const sizes = (network: NetworkSpec) => {
      const { parameters, macsPerStep, shortcutParameters } = describeNetwork(network);
      return { parameters, macsPerStep, shortcutParameters };
    };
    expect(sizes(ms)).toEqual(sizes(standard));
    expect(depthOf(ms)).toBe(18);
    const written = ['stem.norm', ...[1, 2, 3, 4].flatMap((s) => [`stage${s}.block1.add`, `stage${s}.block2.add`])];
    // The last one is read by the LIF before the head alone.
    expect([...writtenCurrents(ms)]).toEqual(written.slice(0, -1));
    expect(ms.taps.stage1).toBe('stage2.block1.lif1');
    expect(ms.heads[0]).toEqual({ name: 'main', tap: 'last.lif' });
    const last = ms.layers.filter((layer) => layer.type === 'batchNorm' && layer.weight === 0).map(({ name }) => name);
    expect(last).toEqual(ms.layers.map(({ name }) => name).filter((name) => name.endsWith('.norm2')));
    const { layers } = resnet18({ ...options, ...imagenet });
    expect(layers.find(({ name }) => name === 'stage1.block1.conv1')).toMatchObject({ stride: 2 });
    expect(layers.some(({ type }) => type === 'avgPool')).toBe(false);
  });

  test('heads come in network order, main first', () => {
    const heads = resnet18({ heads: ['stage3', 'stage1'] }).heads.map((head) => head.name);
    expect(heads).toEqual(['main', 'stage1', 'stage3']);
    expect(withoutShortcutHeads(resnet18()).heads).toEqual([{ name: 'main', tap: 'stage4.block2.lif2' }]);
  });

  test('every model builds at odd widths', () => {
    for (const name of modelNames) {
      for (const width of [0.01, 0.3, 0.5, 1.7]) expect(() => buildModel(name, { width })).not.toThrow();
    }
  });

  test('says what is wrong', () => {
    expect(() => buildModel('resnt18')).toThrow('there is no model "resnt18"; did you mean "resnet18"?');
    expect(() => buildModel('constructor')).toThrow('there is no model');
    expect(() => resnet18({ heads: ['stage7'] })).toThrow('there is no tap "stage7"; there are stage1.block1,');
    expect(() => resnet18({ heads: ['constructor'] })).toThrow('there is no tap "constructor"');
    expect(() => resnet18({ heads: 'stage' as 'stages' })).toThrow(
      "`heads` must be 'none', 'stages', 'blocks', 'all' or a list",
    );
    expect(() => resnet18({ timesteps: 8 } as ModelOptions)).toThrow(
      'resnet18 has no option "timesteps"; did you mean "timeSteps"?',
    );
    expect(() => resnet18({ residual: 'sm' as 'ms' })).toThrow('there is no residual "sm"; did you mean "ms"?');
    expect(() => buildModel('plain20', { residual: 'ms' })).toThrow('plain20 has no residual connections');
    expect(() => resnet18({ width: 0 })).toThrow('`width` must be above 0');
    expect(() => resnet18({ timeSteps: 1e9 })).toThrow('`timeSteps` must be an integer from 1 to 64');
    expect(() => resnet18({ neuron: { decay: Number.NaN } })).toThrow('stem.lif: `decay` must be a number from 0 to 1');
  });
});
