import { number } from '../fields/field.js';
import { surrogate } from './surrogate.js';

export const piecewiseQuadratic = surrogate({
  name: 'piecewise-quadratic',
  help: 'The triangle that ends 1 / alpha from the threshold',
  paper: 'Neftci et al. 2019',
  confidence: 'high',
  options: { alpha: number({ min: 0.001, max: 1000, usual: 1, help: 'Height' }) },
  parity: 'SpikingJelly PiecewiseQuadratic',
});
