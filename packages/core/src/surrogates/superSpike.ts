import { number } from '../fields/field.js';
import { surrogate } from './surrogate.js';

export const superSpike = surrogate({
  name: 'super-spike',
  help: 'Fast sigmoid of width 1: alpha / (1 + |v|)^2',
  paper: 'Zenke and Ganguli 2018',
  confidence: 'high',
  options: { alpha: number({ min: 0.001, max: 1000, usual: 1, help: 'Height' }) },
  parity: 'SpikingJelly SuperSpike',
});
