import { fieldProblems, usualOptions } from '../fields/field.js';
import { completeOptions, specProblems } from '../fields/kind.js';
import { type LifOptions, neuronKind, neurons } from '../neurons/index.js';
import { lif } from '../neurons/lif.js';
import { surrogates } from '../surrogates/index.js';
import type { NeuronOptions, NeuronSettings } from './spec.js';

/** The LIF neuron of Guo et al. (method reference, section 1.1). */
export const defaultNeuron: LifOptions = {
  ...usualOptions(lif.options),
  surrogate: { kind: 'rectangle', width: 1 },
};

/** A neuron of the kind that the last of the settings names, else a LIF, completed by usual values. */
export function completeNeuron(...settings: readonly NeuronSettings[]): NeuronOptions {
  const kind = neuronKind(Object.assign({}, ...settings).kind);
  const { surrogate } = defaultNeuron;
  return completeOptions(neurons, kind, [{ surrogate }, ...settings]) as unknown as NeuronOptions;
}

/** What is wrong with a neuron, as '`field` must be ..., got ...'; empty when nothing is. */
export function neuronProblems(neuron: NeuronOptions): string[] {
  const kind = neuronKind(neuron.kind);
  if (kind === undefined) return [`\`kind\` must be one of ${neurons.map(({ name }) => name).join(', ')}`];
  const problems = fieldProblems('', kind.options, neuron);
  const together = problems.length === 0 ? kind.problems(neuron as never) : [];
  return [...problems, ...together, ...specProblems('surrogate.', surrogates, neuron.surrogate)];
}
