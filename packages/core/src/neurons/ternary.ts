import { lif } from './lif.js';
import { neuron } from './neuron.js';

export const ternary = neuron({
  name: 'ternary',
  help: 'A LIF on both sides of zero, which fires 1 above the threshold and -1 below minus the threshold',
  paper: 'Guo et al. 2024, Ternary Spike',
  confidence: 'high',
  options: lif.options,
  parity:
    "the authors' mem_update in PyTorch with the threshold one number lower, which fires at it; surrogates at |u| - threshold, theirs is the rectangle of width 1 at threshold 0.5",
  problems: lif.problems,
  numbers: lif.numbers,
  signed: true,
});
