import { number } from '../fields/field.js';
import { lif } from './lif.js';
import { neuron } from './neuron.js';

export const plif = neuron({
  name: 'plif',
  help: 'A LIF whose decay is learned, one for a layer: decay = 1 / (1 + exp(w)); the option is where it starts',
  paper: 'Fang et al. 2021',
  confidence: 'high',
  options: {
    ...lif.options,
    decay: number({ min: 0.001, max: 0.999, usual: 0.5, help: 'Membrane decay per time step at the start' }),
  },
  parity: 'SpikingJelly ParametricLIFNode with the threshold one number lower, which fires at it',
  problems: () => [],
  numbers: (o) => [o.decay, o.threshold, o.reset === 'hard', o.detachReset, o.decayInput],
  learned: ({ decay }, { log }) => [{ name: 'w', per: 'layer', init: log((1 - decay) / decay) }],
});
