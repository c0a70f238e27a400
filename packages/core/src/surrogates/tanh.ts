import { positive } from '../fields/field.js';
import { surrogate } from './surrogate.js';

export const tanh = surrogate({
  name: 'tanh',
  help: 'Derivative of a tanh, cut off at 1/2 from the threshold (Dspike)',
  paper: 'Li et al. 2021',
  confidence: 'high',
  options: { sharpness: positive({ max: 100, usual: 3, help: 'Of the tanh' }) },
  parity: 'Guo et al., PyTorch',
});
