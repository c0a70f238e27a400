import { number, positive, truth } from '../fields/field.js';
import { lif } from './lif.js';
import { common, neuron } from './neuron.js';

export const mpr = neuron({
  name: 'mpr',
  help: 'The membrane remap of Reducing Information Loss: membranes are moved towards 0 and 2 * threshold before they fire',
  paper: 'Guo et al. 2022 (Reducing Information Loss)',
  confidence: 'high',
  options: {
    decay: number({ min: 0, max: 1, usual: 1, help: 'Membrane decay per time step' }),
    threshold: positive({ max: 1e6, usual: 0.5, help: 'A neuron fires above this; a spike is twice as high' }),
    reset: { ...lif.options.reset, usual: 'soft', help: 'After a spike: to zero, or down by twice the threshold' },
    detachReset: truth({ usual: false, help: lif.options.detachReset.help }),
    ...common,
  },
  parity: "PyTorch, the formula of the authors' program, where neither remap nor clamp has a corner",
  problems: () => [],
  numbers: (o) => [o.decay, o.threshold, o.reset === 'hard', o.detachReset],
});
