/**
 * Which membrane currents are written. A current that one layer reads never is: its reader sums it up as it goes. One that
 * several read is written once for all, and so is a sum that is a term of another sum, since a layer sums up two terms.
 */
import type { LayerSpec, NetworkSpec } from './spec.js';

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
  const isWritten = ({ name, type }: LayerSpec) => {
    const by = readers.get(name) ?? [];
    if (type === 'add') return by.length > 1 || by[0]?.type === 'add';
    return (type === 'conv2d' || type === 'batchNorm') && by.length > 1;
  };
  return new Set(layers.filter(isWritten).map(({ name }) => name));
}
