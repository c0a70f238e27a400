import type { Fields, OptionsOf } from '../fields/field.js';
import type { Kind } from '../fields/kind.js';

export interface LossKind<Name extends string = string, F extends Fields = Fields> extends Kind<Name, F> {
  /** Its options as the kernels have them; 0 for those that it does not have. */
  numbers(options: OptionsOf<F>): [first: number, second: number];
}

export function loss<const Name extends string, const F extends Fields>(kind: LossKind<Name, F>): LossKind<Name, F> {
  return kind;
}
