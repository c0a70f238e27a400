import { neuron } from './neuron.js';
import { ternary } from './ternary.js';

export const trainableTernary = neuron({
  name: 'trainable-ternary',
  help: 'Ternary spikes that count a and -a; each layer learns its a, which starts at 1',
  paper: 'Guo et al. 2024, Ternary Spike',
  // Their program has the factor per layer or per channel, and commented out.
  confidence: 'medium',
  options: ternary.options,
  parity: "the authors' mem_update in PyTorch with its fire_ratio as a parameter",
  problems: ternary.problems,
  numbers: ternary.numbers,
  signed: true,
  amplitude: 'amplitude',
  learned: () => [{ name: 'amplitude', per: 'layer', init: 1 }],
});
