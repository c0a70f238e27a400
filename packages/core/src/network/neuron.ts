import { fieldProblems, single } from '../fields/field.js';
import { kindNamed } from '../fields/kind.js';
import { surrogates } from '../surrogates/index.js';
import type { NeuronOptions } from './spec.js';

/** The LIF neuron of Guo et al. (method reference, section 1.1). */
export const defaultNeuron: NeuronOptions = {
  decay: 0.25,
  threshold: 0.5,
  reset: 'hard',
  detachReset: false,
  decayInput: false,
  surrogate: { kind: 'rectangle', width: 1 },
};

/** What is wrong with a neuron, as '`field` must be ..., got ...'; empty when nothing is. */
export function neuronProblems(neuron: NeuronOptions): string[] {
  const problems: string[] = [];
  const number = (field: string, value: unknown, low: number, high: number, open: boolean) => {
    const fits = typeof value === 'number' && (open ? single(value) > low : value >= low) && value <= high;
    const range = open ? `above ${low}` : `from ${low} to ${high}`;
    if (!fits) problems.push(`\`${field}\` must be a number ${range}, got ${JSON.stringify(value) ?? value}`);
  };
  number('decay', neuron.decay, 0, 1, false);
  number('threshold', neuron.threshold, 0, 1e6, true);
  if (neuron.reset !== 'hard' && neuron.reset !== 'soft') {
    problems.push(`\`reset\` must be 'hard' or 'soft', got ${JSON.stringify(neuron.reset)}`);
  }
  for (const field of ['detachReset', 'decayInput'] as const) {
    if (typeof neuron[field] !== 'boolean') problems.push(`\`${field}\` must be true or false`);
  }
  if (neuron.decayInput === true && single(1 - neuron.decay) === 0) {
    problems.push(
      `\`decay\` must be below 1 with \`decayInput\`, which scales the input by 1 - decay, got ${neuron.decay}`,
    );
  }
  return [...problems, ...surrogateProblems(neuron.surrogate)];
}

function surrogateProblems(surrogate: NeuronOptions['surrogate']): string[] {
  const kind = kindNamed(surrogates, surrogate?.kind);
  if (kind === undefined) return [`\`surrogate.kind\` must be one of ${surrogates.map(({ name }) => name).join(', ')}`];
  return fieldProblems('surrogate.', kind.options, surrogate);
}
