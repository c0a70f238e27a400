import { number } from '../fields/field.js';
import { surrogate } from './surrogate.js';

export const softSign = surrogate({
  name: 'soft-sign',
  help: 'Fast sigmoid of mass 1: (alpha / 2) / (1 + alpha |v|)^2',
  paper: 'Zenke and Ganguli 2018',
  confidence: 'high',
  options: { alpha: number({ min: 0.001, max: 1000, usual: 2, help: 'Twice the height' }) },
  parity: 'SpikingJelly SoftSign',
});
