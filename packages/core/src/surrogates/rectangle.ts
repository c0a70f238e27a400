import { positive } from '../fields/field.js';
import { surrogate } from './surrogate.js';

export const rectangle = surrogate({
  name: 'rectangle',
  help: '1 / width within width / 2 of the threshold',
  paper: 'Wu et al. 2018',
  confidence: 'high',
  options: { width: positive({ max: 1e6, usual: 1, help: 'Of the interval' }) },
  parity: 'SpikingJelly Rect(1 / width); Guo et al.',
});
