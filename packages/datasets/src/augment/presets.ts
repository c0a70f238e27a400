import type { Dataset } from '../sets/dataset.js';
import { requireSteps, type Steps } from './index.js';
import { stepsOf } from './usual.js';

/** Names of augmentations: none; the data set's usual one; that one, and AutoAugment behind it. */
export const augmentPresets = ['none', 'standard', 'autoaugment'] as const;

export type AugmentPreset = (typeof augmentPresets)[number];

/** Height from which on AutoAugment's policy is that of ImageNet; below, that of CIFAR-10, which CIFAR-100 has as well. */
const LARGE = 128;

/** What a preset does to a data set's training samples; null: nothing. */
export function presetSteps(
  preset: AugmentPreset,
  dataset: Pick<Dataset, 'info' | 'augment' | 'prepare'>,
): Steps | null {
  const { info, augment, prepare = [] } = dataset;
  if (preset === 'none') return null;
  const usual = augment === null ? null : requireSteps('augment', stepsOf(augment));
  if (preset === 'standard') return usual;
  const policy = info.height >= LARGE ? 'imagenet' : 'cifar10';
  return [...(usual ?? prepare), ...requireSteps('augment', [{ kind: 'autoaugment', policy } as never])];
}
