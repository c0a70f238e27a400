/**
 * What a visitor chooses: a field for each choice, from which the form, the link and the checks are made.
 * Usual is what `npm start` trains: a network so deep that it only guesses without shortcut heads.
 */
import { fieldProblems, fields, type Method, methods, type NeuronName, neurons, presets, usualOptions } from 'kestirme';

/** Neurons whose spikes are a bit each, which the raster and the heads' answers are read from. */
const ofOneBit = neurons.filter((kind) => !('signed' in kind) && !('amplitude' in kind)).map(({ name }) => name);
const presetsOfEvolution = Object.entries(presets).filter(([, { method }]) => method === 'evolution');

export const settingFields = {
  depth: fields.choice({ choices: ['20', '32', '44', '56'], usual: '32', help: 'Layers of the network' }),
  connections: fields.choice({
    choices: ['residual', 'plain'],
    usual: 'residual',
    help: 'With residual connections, or without: the same layers in a row',
  }),
  first: fields.choice({
    choices: methods,
    usual: 'vanilla',
    help: 'vanilla: one head at the end; shortcut: a head behind each block, too; evolution: their weight falls to 0',
  }),
  second: fields.choice({
    choices: [...methods, 'none'],
    usual: 'evolution',
    help: 'Of a second network, from the same seed; none: there is one',
  }),
  lambda: fields.choice({
    choices: presetsOfEvolution.map(([name]) => name),
    usual: 'evo-ratio-mean',
    help: 'How the weight moves from the shortcut heads to the main head under evolution',
  }),
  neuron: fields.choice({ choices: ofOneBit, usual: 'lif', help: 'Kind of the neurons' }),
  timeSteps: fields.whole({ min: 1, max: 8, usual: 2, help: 'Time steps T for each image' }),
  lr: fields.positive({ max: 10, usual: 0.3, help: 'Peak learning rate, which falls along a cosine' }),
  width: fields.choice({ choices: ['0.25', '0.5', '1'], usual: '0.5', help: 'Factor on the number of channels' }),
  images: fields.whole({ min: 40, max: 6000, usual: 3000, help: 'Training images of the built-in digits' }),
  epochs: fields.whole({ min: 1, max: 100, usual: 6, help: 'Passes over the training images' }),
  seed: fields.whole({ min: 0, max: 4_294_967_295, usual: 0, help: 'Of the weights and the order of the images' }),
} as const;

export type SettingName = keyof typeof settingFields;
export const settingNames = Object.keys(settingFields) as SettingName[];

export interface Setting {
  depth: '20' | '32' | '44' | '56';
  connections: 'residual' | 'plain';
  first: Method;
  second: Method | 'none';
  lambda: string;
  neuron: NeuronName;
  timeSteps: number;
  lr: number;
  width: '0.25' | '0.5' | '1';
  images: number;
  epochs: number;
  seed: number;
}

export const usualSetting: Setting = usualOptions(settingFields) as Setting;

/** A line for each value that cannot be; empty when nothing is wrong. */
export function settingProblems(setting: object): string[] {
  return fieldProblems('', settingFields, setting);
}

/** The methods of the networks, one or two. */
export function methodsOf({ first, second }: Setting): Method[] {
  return second === 'none' ? [first] : [first, second];
}
