import { number, positive, truth } from '../fields/field.js';
import { lif } from './lif.js';
import { common, neuron } from './neuron.js';

export const diet = neuron({
  name: 'diet',
  help: "Diet-SNN's neuron: threshold and decay are learned, one of each for a layer; the options are where they start. Its surrogate is damped-triangle",
  paper: 'Rathi & Roy 2021',
  confidence: 'high',
  options: {
    decay: number({
      min: 0,
      max: 1,
      usual: 1,
      help: 'Membrane decay per time step at the start; never learned above 1',
    }),
    threshold: positive({ max: 1e6, usual: 1, help: 'A neuron fires above this membrane potential at the start' }),
    reset: { ...lif.options.reset, usual: 'soft' },
    detachReset: truth({ usual: true, help: lif.options.detachReset.help }),
    ...common,
  },
  parity: "PyTorch, the formula of the authors' program, but that a spike leaves in the step in which it is fired",
  problems: () => [],
  numbers: (o) => [o.reset === 'hard', o.detachReset],
  learned: ({ threshold, decay }) => [
    { name: 'threshold', per: 'layer', init: threshold },
    { name: 'decay', per: 'layer', init: decay, most: 1 },
  ],
});
