import type { Recipe } from './recipe.js';
import { sourced } from './recipe.js';
import { groupNeuron, groupOptimizer, lambdaUnknown, shortcutMethod, shortcutPaper } from './shortcut.js';

export const shortcutCifar10Dvs: Recipe = {
  name: 'shortcut-cifar10dvs',
  help: 'Shortcut heads that fade (evolution) in a ResNet-18 on CIFAR10-DVS',
  paper: shortcutPaper,
  published: '83.30 (ResNet-18, T 10, table 4)',
  values: {
    ...sourced('high', 'table 4', { data: 'cifar10-dvs', model: 'resnet18', timeSteps: 10 }),
    ...sourced(
      'medium',
      "the data of the authors' other programs, which are TET's: 10 frames of equally many events, 48x48",
      {
        dataOptions: 'mode=sj-number,values=frame-max,resize=48,interpolation=nearest,split=tet',
      },
    ),
    ...shortcutMethod,
    ...groupNeuron,
    ...groupOptimizer,
    ...sourced('low', "TET's script; the paper tells none", { epochs: 150 }),
    ...sourced('medium', "TET's data loader: flip, and roll by up to 5 pixels", { augment: 'standard' }),
  },
  departs: [lambdaUnknown],
};
