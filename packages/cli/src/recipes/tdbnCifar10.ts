import type { Recipe } from './recipe.js';
import { sourced } from './recipe.js';

export const tdbnCifar10: Recipe = {
  name: 'tdbn-cifar10',
  help: 'Threshold-dependent batch normalisation in a ResNet-19 on CIFAR-10',
  paper: 'Zheng et al. 2021, STBP-tdBN (AAAI)',
  published: null,
  values: {
    ...sourced('high', 'the paper, as cited by those after it', {
      ...{ data: 'cifar10', model: 'resnet19', method: 'vanilla', norm: 'tdbn', encode: 'direct' },
    }),
    ...sourced('medium', 'one of those in the paper', { timeSteps: 4 }),
    ...sourced('medium', 'general knowledge of the paper, not checked against its text', {
      ...{ neuron: 'lif', decay: 0.25, threshold: 1, reset: 'hard', detachReset: false, decayInput: false },
      ...{ surrogate: 'rectangle:1', loss: 'cross-entropy' },
    }),
    ...sourced('low', 'general knowledge of the paper, not checked against its text: a tenth every 35 epochs', {
      ...{ optimizer: 'sgd', lr: 0.1, momentum: 0.9, schedule: 'step:35:0.1', epochs: 150, batch: 128, weightDecay: 0 },
    }),
    ...sourced('low', 'usual for CIFAR-10', { augment: 'standard' }),
  },
  departs: [
    "the paper's ResNet-19 has a hidden fully connected layer of 256 neurons before the classes; resnet19 here has none",
  ],
};
