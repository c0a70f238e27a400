import type { Fields, Kind, OptionsOf, RandomStream } from 'kestirme';
import type { Sample } from '../samples/sample.js';

/** A change of a sample. Its file describes it, and a line in `index.ts` makes it known. */
export interface StepKind<Name extends string = string, F extends Fields = Fields> extends Kind<Name, F> {
  /** What samples it can change; images: bytes of 1 or 3 channels. Default: all. */
  readonly of?: 'images';
  /**
   * Gives the changed sample: the same one, changed in place, or another, of other sizes where the step has them. All
   * frames of a sample change alike. What is left to chance it draws from `random`, which depends on the seed, the epoch
   * and the sample's position only.
   */
  apply(sample: Sample, options: OptionsOf<F>, random: RandomStream): Sample;
}

export function step<const Name extends string, const F extends Fields>(kind: StepKind<Name, F>): StepKind<Name, F> {
  return kind;
}
