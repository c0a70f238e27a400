import { number } from '../fields/field.js';
import { surrogate } from './surrogate.js';

export const dampedTriangle = surrogate({
  name: 'damped-triangle',
  help: "A triangle of half-width 1 and less mass, Diet-SNN's",
  paper: 'Bellec et al. 2018',
  confidence: 'high',
  options: { height: number({ min: 0.001, max: 1000, usual: 0.3, help: 'At the threshold' }) },
  parity: 'PyTorch, as Rathi & Roy 2021',
});
