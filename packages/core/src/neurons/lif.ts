import { choice, number, positive, single, truth } from '../fields/field.js';
import { common, neuron } from './neuron.js';

export const lif = neuron({
  name: 'lif',
  help: 'Leaky integrate-and-fire: u = decay * m + x, fires above the threshold, then m = 0 or u - threshold',
  paper: 'as Guo et al. 2024',
  confidence: 'high',
  options: {
    decay: number({ min: 0, max: 1, usual: 0.25, help: 'Membrane decay per time step' }),
    threshold: positive({ max: 1e6, usual: 0.5, help: 'A neuron fires above this membrane potential' }),
    reset: choice({
      choices: ['hard', 'soft'],
      usual: 'hard',
      help: 'After a spike: to zero, or down by the threshold',
    }),
    detachReset: truth({ usual: false, help: 'No gradient through the reset' }),
    decayInput: truth({ usual: false, help: 'Scale the input by 1 - decay' }),
    ...common,
  },
  parity: 'PyTorch; SpikingJelly LIFNode with the threshold one number lower, which fires at it',
  problems: ({ decay, decayInput }) =>
    decayInput === true && single(1 - decay) === 0
      ? [`\`decay\` must be below 1 with \`decayInput\`, which scales the input by 1 - decay, got ${decay}`]
      : [],
  numbers: (o) => [o.decay, o.threshold, o.reset === 'hard', o.detachReset, o.decayInput],
});
