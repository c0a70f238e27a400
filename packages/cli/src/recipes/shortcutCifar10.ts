import type { Recipe } from './recipe.js';
import { sourced } from './recipe.js';
import { groupNeuron, groupOptimizer, lambdaUnknown, shortcutMethod, shortcutPaper } from './shortcut.js';

export const shortcutCifar10: Recipe = {
  name: 'shortcut-cifar10',
  help: 'Shortcut heads that fade (evolution) in a ResNet-18 on CIFAR-10',
  paper: shortcutPaper,
  published: '94.46 (ResNet-18, T 4, table 2; mean of 3 runs)',
  values: {
    ...sourced('high', 'table 2', { data: 'cifar10', model: 'resnet18', timeSteps: 4 }),
    ...shortcutMethod,
    ...groupNeuron,
    ...groupOptimizer,
    ...sourced('low', 'MPBN and Re-Loss; other programs of the group have 100 and 300', { epochs: 400 }),
    ...sourced('high', 'the paper: crop, flip and AutoAugment', { augment: 'autoaugment' }),
  },
  departs: [lambdaUnknown],
};
