/** From a setting to what the library trains, and to the command that trains the same in a terminal. */
import {
  buildModel,
  type DataInfo,
  defaultLambda,
  defaultNeuron,
  defaultTrainingOptions,
  type LambdaPreset,
  lambdaSpecFor,
  type Method,
  type ModelName,
  type NetworkSpec,
  type NeuronSettings,
  type TrainingOptions,
} from 'kestirme';
import type { Setting } from './setting.js';

export const testImages = 200;
export const batchSize = 20;

const modelOf = ({ depth, connections }: Setting) =>
  `${connections === 'plain' ? 'plain' : 'resnet'}${depth}` as ModelName;

/** Shortcut heads stand behind each block; a method that does not use them has none. */
const headsOf = (method: Method) => (method === 'vanilla' ? 'none' : 'blocks');

/** A threshold of 1 suits normalised currents, and the wider surrogate lets gradients through from the start. */
function neuronOf({ neuron }: Setting): NeuronSettings {
  const options = { ...defaultNeuron, threshold: 1, surrogate: { kind: 'rectangle' as const, width: 2 } };
  return (neuron === 'lif' ? options : { ...options, kind: neuron }) as NeuronSettings;
}

/** @throws NetworkError where the parts of the setting do not go together */
export function networkOf(setting: Setting, method: Method, input: DataInfo): NetworkSpec {
  return buildModel(modelOf(setting), {
    stem: 'strided',
    width: Number(setting.width),
    timeSteps: setting.timeSteps,
    input,
    neuron: neuronOf(setting),
    heads: headsOf(method),
  });
}

export function trainingOf(setting: Setting, method: Method): TrainingOptions {
  const { epochs, lr, seed } = setting;
  const lambda = method === 'evolution' ? defaultLambda(setting.lambda as LambdaPreset) : lambdaSpecFor(method);
  return defaultTrainingOptions({ epochs, batchSize, lr, lambda, seed });
}

/** What `openDataset` takes. */
export const dataOf = ({ images }: Setting) => ({ limit: { train: images, test: testImages } });

/** What `createLoader` takes, besides threads. */
export const loadingOf = ({ seed }: Setting) => ({ batchSize, seed, augment: null });

/** In a terminal, this ends with the same weights. */
export function commandOf(setting: Setting, method: Method): string {
  const { width, timeSteps, neuron, epochs, lr, seed, images } = setting;
  const options = [
    `--data builtin --limit ${images},${testImages} --no-augment --model ${modelOf(setting)} --stem strided`,
    `--width ${width} --T ${timeSteps} --neuron ${neuron} --threshold 1 --surrogate rectangle:2`,
    `--heads ${headsOf(method)} --method ${method}${method === 'evolution' ? ` --lambda ${setting.lambda}` : ''}`,
    `--epochs ${epochs} --batch ${batchSize} --lr ${lr} --seed ${seed}`,
  ];
  return `npx kestirme train ${options.join(' ')}`;
}

/** Of the whole run. */
export const stepsOf = ({ images, epochs }: Setting) => Math.ceil(images / batchSize) * epochs;
