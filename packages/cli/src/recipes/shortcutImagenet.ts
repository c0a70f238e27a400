import type { Recipe } from './recipe.js';
import { sourced } from './recipe.js';
import { groupNeuron, groupOptimizer, lambdaUnknown, shortcutMethod, shortcutPaper } from './shortcut.js';

export const shortcutImagenet: Recipe = {
  name: 'shortcut-imagenet',
  help: 'Shortcut heads that fade (evolution) in a ResNet-34 on ImageNet',
  paper: shortcutPaper,
  published: '68.14 (ResNet-34, T 4, table 3)',
  values: {
    ...sourced('high', 'table 3', { data: 'imagenet', model: 'resnet34', timeSteps: 4, stem: 'imagenet' }),
    ...shortcutMethod,
    ...groupNeuron,
    ...groupOptimizer,
    ...sourced('low', "Ternary Spike's ImageNet program; the paper tells none", { epochs: 320, batch: 320 }),
    ...sourced('medium', "Ternary Spike's ImageNet program: random resized crop to 224, flip", { augment: 'standard' }),
  },
  departs: [
    lambdaUnknown,
    'the program that the values are from divides a batch among 8 machines and rounds to 16 bits; here it is one batch in 32 bits',
  ],
};
