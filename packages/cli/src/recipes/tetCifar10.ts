import type { Recipe } from './recipe.js';
import { sourced } from './recipe.js';

const program = "the authors' program (temporal_efficient_training)";

export const tetCifar10: Recipe = {
  name: 'tet-cifar10',
  help: 'Temporal efficient training of a ResNet-19 on CIFAR-10',
  paper: 'Deng et al. 2022, TET (ICLR)',
  published: '94.44 (ResNet-19, T 4, as Guo et al. 2024 quote it in table 2)',
  values: {
    ...sourced('high', program, { data: 'cifar10', model: 'resnet19', method: 'vanilla' }),
    ...sourced('high', 'the published result', { timeSteps: 4 }),
    ...sourced('high', `${program}, models/layers.py`, {
      ...{ neuron: 'lif', decay: 0.5, threshold: 1, reset: 'hard', detachReset: false, decayInput: false },
      ...{ surrogate: 'triangle:1', encode: 'direct' },
    }),
    ...sourced('medium', `${program}: a batch normalisation over all time steps`, { norm: 'bn' }),
    ...sourced('medium', "the paper; the program's default is 0.001", { loss: 'tet:lambda=0.05' }),
    ...sourced('high', `${program}, its default options`, {
      ...{ optimizer: 'adam', lr: 0.001, momentum: 0.9, schedule: 'cosine', batch: 128, weightDecay: 0 },
    }),
    ...sourced('medium', 'the paper', { epochs: 300 }),
    ...sourced('medium', `${program}, data_loaders.py: crop, flip, AutoAugment, Cutout`, {
      augment: 'crop:4+flip+autoaugment+cutout',
    }),
  },
  departs: [
    "the program's ResNet-19 has a stem of 64 channels and a hidden fully connected layer of 256 neurons before the classes; " +
      'resnet19 here has a stem of 128 and none',
  ],
};
