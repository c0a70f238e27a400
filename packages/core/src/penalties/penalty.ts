import type { Fields, OptionsOf } from '../fields/field.js';
import type { Kind } from '../fields/kind.js';

/** Something that the loss gets on top of how far logits are from the answers. */
export interface PenaltyKind<Name extends string = string, F extends Fields = Fields> extends Kind<Name, F> {
  /** Its options as the kernels have them. */
  numbers(options: OptionsOf<F>): [strength: number, target: number];
}

export function penalty<const Name extends string, const F extends Fields>(
  kind: PenaltyKind<Name, F>,
): PenaltyKind<Name, F> {
  return kind;
}
