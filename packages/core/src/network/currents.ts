/**
 * Which membrane currents are written. A current that one layer reads never is: its reader sums it up as it goes. One that
 * several read is written once for all, and so is a sum that is a term of another sum, since a layer sums up two terms.
 */
import type { LayerSpec, NetworkSpec, WeightSpec } from './spec.js';

export function hasWeights(layer: LayerSpec | undefined): layer is WeightSpec {
  return layer?.type === 'conv2d' || layer?.type === 'linear';
}

/** Names of the layers that a layer reads. */
export function inputsOf(layer: LayerSpec): string[] {
  return 'inputs' in layer ? layer.inputs : [layer.input];
}

/** The layers that read each. */
export function readersOf(layers: readonly LayerSpec[]): Map<string, LayerSpec[]> {
  const readers = new Map<string, LayerSpec[]>();
  for (const layer of layers) {
    for (const input of inputsOf(layer)) readers.set(input, [...(readers.get(input) ?? []), layer]);
  }
  return readers;
}

/** Names of the layers whose currents are written. */
export function writtenCurrents({ layers }: Pick<NetworkSpec, 'layers'>): Set<string> {
  const readers = readersOf(layers);
  const isWritten = (layer: LayerSpec) => {
    const { name, type } = layer;
    const by = readers.get(name) ?? [];
    if (type === 'add') return by.length > 1 || by[0]?.type === 'add';
    return (hasWeights(layer) || type === 'batchNorm') && by.length > 1;
  };
  return new Set(layers.filter(isWritten).map(({ name }) => name));
}

/** What is wrong with the readers of a membrane current that `layer` gives; null: nothing. */
export function currentProblem(layer: LayerSpec, readers: LayerSpec[]): string | null {
  const { name } = layer;
  const norm = hasWeights(layer) ? readers.find((reader) => reader.type === 'batchNorm') : undefined;
  const other = readers.find((reader) => reader !== norm);
  if (norm !== undefined && other !== undefined) {
    return `${name} is normalised by ${norm.name}, so ${other.name} must read ${norm.name} in its place`;
  }
  const [only] = readers;
  if (readers.length !== 1 || only === undefined || only.type === 'lif' || only.type === 'add' || only === norm)
    return null;
  return (
    `${only.name} (${only.type}) is all that reads ${name}, which gives a membrane current: ` +
    'put a LIF between them, or let a LIF or an add read the current, too'
  );
}
