import { common, norm } from './norm.js';

export const batchNorm = norm({
  name: 'bn',
  help: 'Batch normalisation over batch, space and all time steps together',
  paper: 'Ioffe & Szegedy 2015; over time as Guo et al. 2024',
  confidence: 'high',
  options: common,
  parity: 'PyTorch BatchNorm2d, SpikingJelly BatchNorm2d in multi-step mode',
  statistics: 'all steps',
  learned: [
    { name: 'weight', per: 'channel', init: 1 },
    { name: 'bias', per: 'channel', init: 0 },
  ],
  running: [
    { name: 'running_mean', per: 'channel', init: 0 },
    { name: 'running_var', per: 'channel', init: 1 },
  ],
  numbers: ({ eps, momentum }) => [eps, momentum, 1],
});
