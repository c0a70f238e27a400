import { number } from '../fields/field.js';
import { surrogate } from './surrogate.js';

export const sigmoid = surrogate({
  name: 'sigmoid',
  help: 'Derivative of a logistic function',
  paper: 'Zenke and Vogels 2021',
  confidence: 'high',
  options: { alpha: number({ min: 0.001, max: 1000, usual: 4, help: 'Slope; the height is alpha / 4' }) },
  parity: 'SpikingJelly Sigmoid',
});
