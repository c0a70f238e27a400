import type { Recipe } from './recipe.js';
import { sourced } from './recipe.js';
import { shortcutCifar10 } from './shortcutCifar10.js';

export const shortcutCifar100: Recipe = {
  ...shortcutCifar10,
  name: 'shortcut-cifar100',
  help: 'Shortcut heads that fade (evolution) in a ResNet-18 on CIFAR-100',
  published: '74.83 (ResNet-18, T 4, table 1; mean of 3 runs; 72.22 without the heads)',
  values: {
    ...shortcutCifar10.values,
    ...sourced('high', 'table 1', { data: 'cifar100', model: 'resnet18', timeSteps: 4 }),
  },
};
