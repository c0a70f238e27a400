import { number } from '../fields/field.js';
import { surrogate } from './surrogate.js';

export const triangle = surrogate({
  name: 'triangle',
  help: 'A triangle of mass 1',
  paper: 'Bellec et al. 2018',
  confidence: 'high',
  options: { width: number({ min: 0.001, max: 1000, usual: 1, help: 'From the threshold to where it ends' }) },
  parity: 'PyTorch, as Deng et al. 2022',
});
