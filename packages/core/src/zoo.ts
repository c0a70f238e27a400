/** Every family of methods that have names: a line each. Lists and their readers take all from here. */
import type { Kind } from './fields/kind.js';
import { lambdaKinds } from './lambda/kinds.js';
import { losses } from './losses/index.js';
import { modelKinds } from './models/layouts.js';
import { residuals } from './models/residuals/index.js';
import { neurons } from './neurons/index.js';
import { norms } from './norms/index.js';
import { penalties } from './penalties/index.js';
import { surrogates } from './surrogates/index.js';

export interface Family {
  readonly name: string;
  /** The option that chooses one of them, by the name that networks, training options and command lines share. */
  readonly option: string;
  readonly kinds: readonly Kind[];
}

/** All families, in the order of a network's making and training. */
export const families: readonly Family[] = [
  { name: 'models', option: 'model', kinds: modelKinds },
  { name: 'residuals', option: 'residual', kinds: residuals },
  { name: 'neurons', option: 'neuron', kinds: neurons },
  { name: 'norms', option: 'norm', kinds: norms },
  { name: 'surrogates', option: 'surrogate', kinds: surrogates },
  { name: 'losses', option: 'loss', kinds: losses },
  { name: 'penalties', option: 'penalty', kinds: penalties },
  { name: 'lambda', option: 'lambda', kinds: lambdaKinds },
];
