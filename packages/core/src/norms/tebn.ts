import { batchNorm } from './batchNorm.js';
import { norm } from './norm.js';

const { options, statistics, learned, running, numbers } = batchNorm;

export const tebn = norm({
  name: 'tebn',
  help: 'A batch normalisation over all time steps together, times a number learned for each step',
  paper: 'Duan et al. 2022',
  confidence: 'high',
  options,
  parity: 'SpikingJelly TEBN',
  ...{ statistics, running, numbers },
  learned: [...learned, { name: 'p', per: 'step', init: 1 }],
});
