import { number } from '../fields/field.js';
import { surrogate } from './surrogate.js';

export const piecewiseExponential = surrogate({
  name: 'piecewise-exponential',
  help: '(alpha / 2) exp(-alpha |v|)',
  paper: 'Shrestha and Orchard 2018',
  confidence: 'high',
  options: { alpha: number({ min: 0.001, max: 1000, usual: 1, help: 'Twice the height' }) },
  parity: 'SpikingJelly PiecewiseExp',
});
