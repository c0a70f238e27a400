import { number } from '../fields/field.js';
import { penalty } from './penalty.js';

export const firingRate = penalty({
  name: 'firing-rate',
  help: 'strength * mean over channels of (rate - target)^2, summed over all layers of neurons; a rate is the mean of a channel over batch, time and map',
  paper: 'after Bellec et al. 2020, whose regularisation of e-prop is half a sum over neurons',
  confidence: 'medium',
  options: {
    strength: number({ min: 0, max: 1_000_000, usual: 0.1, help: "The penalty's weight in the loss" }),
    target: number({ min: 0, max: 1, usual: 0.1, help: 'The firing rate that costs nothing' }),
  },
  parity: "the formula, by PyTorch's autograd",
  numbers: ({ strength, target }) => [strength, target],
});
