import { loss, smoothing } from './loss.js';

export const crossEntropy = loss({
  name: 'cross-entropy',
  help: 'Softmax cross entropy',
  paper: 'Bridle 1990',
  confidence: 'high',
  options: { smoothing },
  parity: 'PyTorch cross_entropy, with label smoothing',
  numbers: () => [0, 0],
});
