import { type Fields, type OptionsOf, orZero } from '../fields/field.js';
import type { Kind } from '../fields/kind.js';

export interface LossKind<Name extends string = string, F extends Fields = Fields> extends Kind<Name, F> {
  /** Whether it is the mean over the time steps of the loss of each one's logits; else it is that of their mean. */
  readonly eachStep?: true;
  /** Its options as the kernels have them; 0 for those that it does not have. */
  numbers(options: OptionsOf<F>): [first: number, second: number];
}

/** An option of losses whose targets are a distribution over the classes. */
export const smoothing = orZero({
  max: 0.999,
  help: "Share of each target that is spread over all classes (Szegedy et al. 2016); in place of the training's labelSmoothing",
});

export function loss<const Name extends string, const F extends Fields>(kind: LossKind<Name, F>): LossKind<Name, F> {
  return kind;
}
