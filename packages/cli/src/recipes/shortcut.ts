/** What the recipes of the shortcut paper share. It names no optimiser: those of its authors' other programs stand in. */
import { sourced } from './recipe.js';

export const shortcutPaper = 'Guo et al. 2024, shortcut back-propagation (NeurIPS)';

/** Programs of the same group: MPBN, Ternary Spike, IM-Loss, Re-Loss. */
const programs = "the authors' other programs (MPBN, Ternary Spike, IM-Loss)";

export const shortcutMethod = {
  ...sourced('high', 'the paper', { method: 'evolution', combine: 'logits' }),
  ...sourced('medium', 'the paper: heads after blocks or stages, not told which', { heads: 'stages' }),
  ...sourced('low', 'a reading of the paper, whose lambda is not printed; chosen by a study (docs/lambda.md)', {
    lambda: 'evo-ratio-mean,linear,epoch,0.25',
  }),
};

export const groupNeuron = {
  ...sourced('high', programs, {
    ...{ neuron: 'lif', decay: 0.25, threshold: 0.5, reset: 'hard', detachReset: false, decayInput: false },
    ...{ norm: 'bn', encode: 'direct', loss: 'cross-entropy' },
  }),
  ...sourced('medium', 'the paper lists several; the rectangle is the most frequent in the group', {
    surrogate: 'rectangle:1',
  }),
};

export const groupOptimizer = {
  ...sourced('medium', `${programs}; the paper tells none`, {
    ...{ optimizer: 'sgd', lr: 0.1, momentum: 0.9, schedule: 'cosine', batch: 128 },
    ...{ weightDecay: 1e-4, decayOn: 'weights' },
  }),
};

export const lambdaUnknown =
  "the paper's lambda and the places of its heads are not public: what is here is a reading of it";
