import type { Recipe } from './recipe.js';
import { sourced } from './recipe.js';

export const sewDvsGesture: Recipe = {
  name: 'sew-dvsgesture',
  help: 'Sums of spikes (SEW) in a residual network on DVS128 Gesture',
  paper: 'Fang et al. 2021, SEW-ResNet (NeurIPS)',
  published: null,
  values: {
    ...sourced('high', 'the paper', { data: 'dvs-gesture', residual: 'sew-add', timeSteps: 16, method: 'vanilla' }),
    ...sourced('low', "in place of the paper's 7B-Net", { model: 'resnet18', stem: 'strided', width: 0.5 }),
    ...sourced('medium', "SpikingJelly's frames of the data set", { dataOptions: 'mode=sj-number,split=official' }),
    ...sourced('medium', "general knowledge of the authors' program, not checked against it", {
      ...{ neuron: 'plif', decay: 0.5, threshold: 1, reset: 'hard', detachReset: true, decayInput: true },
      ...{ surrogate: 'atan:2', norm: 'bn', encode: 'direct', loss: 'cross-entropy' },
    }),
    ...sourced('medium', "general knowledge of the authors' program, not checked against it", {
      ...{ optimizer: 'sgd', lr: 0.1, momentum: 0.9, schedule: 'step:64:0.1', epochs: 192, batch: 16, weightDecay: 0 },
    }),
    ...sourced('medium', 'general knowledge of the paper, not checked against its text: none', { augment: 'none' }),
  },
  departs: ["the paper's network, 7B-Net, is not among the models: a ResNet-18 of half the width stands in for it"],
};
