import { number } from '../fields/field.js';
import { surrogate } from './surrogate.js';

export const atan = surrogate({
  name: 'atan',
  help: 'Derivative of an arc tangent',
  paper: 'Fang et al. 2021',
  confidence: 'high',
  options: { alpha: number({ min: 0.001, max: 1000, usual: 2, help: 'Twice the height' }) },
  parity: 'SpikingJelly ATan',
});
