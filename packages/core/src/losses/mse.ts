import { number } from '../fields/field.js';
import { loss } from './loss.js';

const range = { min: -1000, max: 1000 };

export const mse = loss({
  name: 'mse',
  help: 'Mean squared error between logits and what they should be, for all classes alike',
  paper: 'as SpikingJelly has it of firing rates, Fang et al. 2023',
  options: {
    correct: number({ ...range, usual: 1, help: 'What the logit of the right class should be' }),
    incorrect: number({ ...range, usual: 0, help: 'What the others should be' }),
  },
  confidence: 'high',
  parity: "PyTorch mse_loss of one-hot labels; snnTorch's mse_count_loss is this one of rates, times T",
  numbers: ({ correct, incorrect }) => [correct, incorrect],
});
