import type { Recipe } from './recipe.js';
import { sourced } from './recipe.js';

const program = "the authors' program (MPBN)";

export const mpbnCifar10: Recipe = {
  name: 'mpbn-cifar10',
  help: 'Batch normalisation of the membranes in a ResNet-19 on CIFAR-10',
  paper: 'Guo et al. 2023, MPBN (ICCV)',
  published: null,
  values: {
    ...sourced('high', program, { data: 'cifar10', model: 'resnet19', method: 'vanilla' }),
    ...sourced('low', 'one of those in the paper', { timeSteps: 2 }),
    ...sourced('high', `${program}, models/spike_layer.py`, {
      ...{ neuron: 'mpbn', decay: 0.25, threshold: 0.5, reset: 'hard', detachReset: false, decayInput: false },
      ...{ surrogate: 'tanh:3', norm: 'bn', encode: 'direct' },
    }),
    ...sourced('high', `${program}, main_train.py`, {
      ...{ optimizer: 'sgd', lr: 0.1, momentum: 0.9, schedule: 'cosine', epochs: 400, batch: 128 },
      ...{ weightDecay: 1e-4, decayOn: 'weights', loss: 'cross-entropy' },
    }),
    ...sourced('high', `${program}: crop, flip, AutoAugment, Cutout of 16 pixels`, {
      augment: 'crop:4+flip+autoaugment-deepvoltaire+cutout',
    }),
  },
  departs: ['the program reports its best test epoch; here it is the last one, with the best beside it'],
};
