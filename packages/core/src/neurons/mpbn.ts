import { common } from '../norms/norm.js';
import { lif } from './lif.js';
import { neuron } from './neuron.js';

export const mpbn = neuron({
  name: 'mpbn',
  help: 'A LIF that fires by its membrane after a batch normalisation at each time step; a threshold per channel in inference',
  paper: 'Guo et al. 2023',
  confidence: 'high',
  options: { ...lif.options, ...common },
  parity: "PyTorch, a whole training step, and the authors' step with PyTorch's BatchNorm2d",
  problems: (o) => lif.problems(o),
  numbers: (o) => [...lif.numbers(o), o.eps, o.momentum],
  learned: () => [
    { name: 'weight', per: 'channel', init: 1 },
    { name: 'bias', per: 'channel', init: 0 },
  ],
  running: [
    { name: 'running_mean', per: 'channel', init: 0 },
    { name: 'running_var', per: 'channel', init: 1 },
  ],
});
