import { choice, number } from '../fields/field.js';
import { lif } from './lif.js';
import { common, neuron } from './neuron.js';

/** A number between 0 and 1 that a sigmoid gives. */
const share = (usual: number, help: string) => number({ min: 0.001, max: 0.999, usual, help });

export const glif = neuron({
  name: 'glif',
  help: 'Gated LIF: gates learn between two leaks, two resets and how much the input counts at each step; the options are where it starts',
  paper: 'Yao et al. 2022',
  confidence: 'medium',
  options: {
    per: choice({ choices: ['channel', 'layer'], usual: 'channel', help: 'What has gates and numbers of its own' }),
    decay: share(0.25, 'Exponential decay per time step'),
    threshold: share(0.5, 'A neuron fires above this; soft resets go down by as much, linear leaks by 1 / 2T of it'),
    conductance: share(0.5, 'Share of the input at each step'),
    detachReset: lif.options.detachReset,
    ...common,
  },
  parity: 'SpikingJelly GatedLIFNode, which fires at the threshold, too',
  problems: () => [],
  numbers: (o) => [o.per === 'channel', o.detachReset],
  learned: ({ per, decay, threshold, conductance }, { log, timeSteps }) => {
    /** What the sigmoid makes this of. */
    const inverse = (value: number) => log(value / (1 - value));
    return [
      { name: 'alpha', per, init: { within: 0.1 } },
      { name: 'beta', per, init: { within: 0.1 } },
      { name: 'gamma', per, init: { within: 0.1 } },
      { name: 'decay', per, init: inverse(decay) },
      { name: 'threshold', per, init: inverse(threshold) },
      { name: 'leak', per, init: inverse(threshold / (2 * timeSteps)) },
      { name: 'drop', per, init: inverse(threshold) },
      { name: 'conductance', per: per === 'channel' ? 'step and channel' : 'step', init: inverse(conductance) },
    ];
  },
});
