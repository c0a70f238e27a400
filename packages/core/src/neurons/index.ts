/** Kinds of neurons: a file each, and a line here. */
import { kindNamed } from '../fields/kind.js';
import { integrateAndFire } from './integrateAndFire.js';
import { lif } from './lif.js';
import { plif } from './plif.js';
import type { NeuronKind } from './neuron.js';

export const neurons = [lif, integrateAndFire, plif] as const;

export type NeuronName = (typeof neurons)[number]['name'];

export const neuronNames: readonly NeuronName[] = neurons.map(({ name }) => name);

/** The kind of a specification, which is a LIF where it does not say. */
export function neuronKind(name: unknown): NeuronKind | undefined {
  return kindNamed(neurons, name ?? lif.name) as NeuronKind | undefined;
}
