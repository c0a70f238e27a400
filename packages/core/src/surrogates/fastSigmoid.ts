import { number } from '../fields/field.js';
import { surrogate } from './surrogate.js';

export const fastSigmoid = surrogate({
  name: 'fast-sigmoid',
  help: 'Fast sigmoid of height 1: 1 / (1 + slope |v|)^2',
  paper: 'Zenke and Ganguli 2018',
  confidence: 'high',
  options: { slope: number({ min: 0.001, max: 1000, usual: 25, help: 'How fast it falls' }) },
  parity: 'snnTorch fast_sigmoid, by its formula in PyTorch',
});
