import { batchNorm } from './batchNorm.js';
import { norm } from './norm.js';

const { options, numbers } = batchNorm;

export const bntt = norm({
  name: 'bntt',
  help: 'A batch normalisation of its own at each time step, without a bias',
  paper: 'Kim & Panda 2021',
  confidence: 'high',
  options,
  parity: 'SpikingJelly BNTT',
  statistics: 'each step',
  learned: [{ name: 'weight', per: 'step and channel', init: 1 }],
  running: [
    { name: 'running_mean', per: 'step and channel', init: 0 },
    { name: 'running_var', per: 'step and channel', init: 1 },
  ],
  numbers,
});
