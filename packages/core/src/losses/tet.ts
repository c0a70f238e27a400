import { number } from '../fields/field.js';
import { loss, smoothing } from './loss.js';

export const tet = loss({
  name: 'tet',
  help: "Temporal efficient training: cross entropy of each time step's logits, and their distance from phi",
  paper: 'Deng et al. 2022',
  confidence: 'high',
  options: {
    lambda: number({
      min: 0,
      max: 1,
      usual: 0.001,
      help: 'Share of the mean squared distance, the rest is cross entropy',
    }),
    phi: number({ min: -1000, max: 1000, usual: 1, help: 'Where the distance of a logit is 0' }),
    smoothing,
  },
  parity: "PyTorch by Deng et al.'s formula, and SpikingJelly's cross entropy of TET",
  eachStep: true,
  numbers: ({ lambda, phi }) => [lambda, phi],
});
