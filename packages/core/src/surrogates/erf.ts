import { number } from '../fields/field.js';
import { surrogate } from './surrogate.js';

export const erf = surrogate({
  name: 'erf',
  help: 'A Gaussian, the derivative of an error function',
  paper: 'Yin et al. 2021',
  confidence: 'high',
  options: { alpha: number({ min: 0.001, max: 1000, usual: 2, help: 'Slope; the height is alpha / sqrt(pi)' }) },
  parity: 'SpikingJelly Erf',
});
