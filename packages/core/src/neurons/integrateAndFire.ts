import { lif } from './lif.js';
import { common, neuron } from './neuron.js';

const { threshold, reset, detachReset } = lif.options;

export const integrateAndFire = neuron({
  name: 'if',
  help: 'Integrate-and-fire: u = m + x, a LIF that never forgets',
  paper: 'Lapicque 1907',
  confidence: 'high',
  options: { threshold, reset, detachReset, ...common },
  parity: 'SpikingJelly IFNode with the threshold one number lower, which fires at it',
  problems: () => [],
  numbers: (o) => [o.threshold, o.reset === 'hard', o.detachReset],
});
