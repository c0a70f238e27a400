/** Sizes of a network: parameters, multiply-accumulates, neurons. */
import { countPer } from '../fields/per.js';
import { neuronKind } from '../neurons/index.js';
import { normKind } from '../norms/index.js';
import { inputsOf } from './currents.js';
import { inferShapes, type ValueShape } from './shapes.js';
import type { LayerSpec, NetworkSpec, NeuronOptions, NormOptions } from './spec.js';

export interface LayerRow {
  name: string;
  type: LayerSpec['type'] | 'head';
  reads: string;
  /** Channels x height x width of the output, or the classes. */
  shape: string;
  parameters: number;
  /** Of one image and one time step, were the input dense. */
  macs: number;
}

export interface NetworkDescription {
  rows: LayerRow[];
  /** With the main head only: what inference needs. */
  parameters: number;
  /** What the shortcut heads add while training. */
  shortcutParameters: number;
  macsPerStep: number;
  /** LIF outputs of one image and time step. */
  neurons: number;
}

/** Numbers that a layer of neurons learns; where they start does not matter. */
function learnedBy(neuron: NeuronOptions, channels: number, timeSteps: number): number {
  const learned = neuronKind(neuron.kind)?.learned?.(neuron as never, { log: () => 0, timeSteps }) ?? [];
  return learned.reduce((total, { per }) => total + countPer(per, timeSteps, channels), 0);
}

/** Numbers that a norm of so many channels learns. */
function learnedByNorm(norm: NormOptions, channels: number, steps: number): number {
  const learned = normKind(norm.kind)?.learned ?? [];
  return learned.reduce((sum, { per }) => sum + countPer(per, steps, channels), 0);
}

/** What `kestirme inspect` shows. */
export function describeNetwork(spec: NetworkSpec): NetworkDescription {
  const shapes = inferShapes(spec);
  const shapeOf = (name: string) => shapes.get(name) as ValueShape;
  const rows: LayerRow[] = spec.layers.map((layer) => {
    const { channels, height, width } = shapeOf(layer.name);
    const reads = inputsOf(layer).join(layer.type === 'sew' ? ` ${layer.operation} ` : ' + ');
    const row = {
      name: layer.name,
      type: layer.type,
      reads,
      shape: `${channels}x${height}x${width}`,
      parameters: 0,
      macs: 0,
    };
    if (layer.type === 'conv2d') {
      const weights = layer.kernel * layer.kernel * layer.inChannels * layer.outChannels;
      return { ...row, parameters: weights + (layer.bias ? layer.outChannels : 0), macs: weights * height * width };
    }
    if (layer.type === 'linear') {
      const weights = layer.inFeatures * layer.outFeatures;
      return { ...row, parameters: weights + (layer.bias ? layer.outFeatures : 0), macs: weights };
    }
    if (layer.type === 'lif') return { ...row, parameters: learnedBy(layer.neuron, channels, spec.timeSteps) };
    if (layer.type !== 'batchNorm') return row;
    return { ...row, parameters: learnedByNorm(layer, channels, spec.timeSteps) };
  });
  const heads: LayerRow[] = spec.heads.map(({ name, tap }) => {
    const weights = shapeOf(tap).channels * spec.classes;
    const parameters = weights + spec.classes;
    return { name: `head.${name}`, type: 'head', reads: tap, shape: `${spec.classes}`, parameters, macs: weights };
  });
  const sum = (some: LayerRow[], of: 'parameters' | 'macs') => some.reduce((total, row) => total + row[of], 0);
  const neurons = spec.layers
    .filter((layer) => layer.type === 'lif')
    .map((layer) => shapeOf(layer.name))
    .reduce((total, { channels, height, width }) => total + channels * height * width, 0);
  return {
    rows: [...rows, ...heads],
    parameters: sum(rows, 'parameters') + sum(heads.slice(0, 1), 'parameters'),
    shortcutParameters: sum(heads.slice(1), 'parameters'),
    macsPerStep: sum(rows, 'macs') + sum(heads.slice(0, 1), 'macs'),
    neurons,
  };
}
