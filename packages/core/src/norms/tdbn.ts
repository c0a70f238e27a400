import { positive } from '../fields/field.js';
import { batchNorm } from './batchNorm.js';
import { common, norm } from './norm.js';

const { statistics, learned, running } = batchNorm;

export const tdbn = norm({
  name: 'tdbn',
  help: 'A batch normalisation whose values have the deviation alpha * threshold',
  paper: 'Zheng et al. 2021',
  confidence: 'high',
  options: {
    ...common,
    alpha: positive({ max: 1000, usual: 1, help: 'Deviation of the values, in thresholds; over sqrt(n) for n summed' }),
  },
  parity: 'SpikingJelly tdBN, whose weight is ours times alpha * threshold',
  ...{ statistics, learned, running },
  numbers: ({ eps, momentum, alpha }, threshold) => [eps, momentum, alpha * threshold],
  // The sum of so many independent currents then has the deviation again.
  summed: (options, count) => ({ ...options, alpha: options.alpha / Math.sqrt(count) }),
});
