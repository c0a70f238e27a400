import { batchNorm } from './batchNorm.js';
import { norm } from './norm.js';

const { options, statistics, learned, numbers } = batchNorm;

export const pspbn = norm({
  name: 'pspbn',
  help: 'Takes no mean off: the current over the root of its second moment, over all time steps together',
  paper: 'Ikegawa et al. 2022',
  // From a description; whether its running moment has a correction is not in it.
  confidence: 'medium',
  options,
  parity: 'the formula in PyTorch',
  ...{ statistics, learned, numbers },
  running: [{ name: 'running_moment', per: 'channel', init: 1 }],
});
