/** Normalisations of a convolution's output: a file each, and a line here. */
import type { OptionsOf } from '../fields/field.js';
import { kindNamed, type SpecOf } from '../fields/kind.js';
import { batchNorm } from './batchNorm.js';
import type { NormKind } from './norm.js';
import { bntt } from './bntt.js';
import { pspbn } from './pspbn.js';
import { tdbn } from './tdbn.js';
import { tebn } from './tebn.js';

export const norms = [batchNorm, tdbn, tebn, bntt, pspbn] as const;

type Norm = (typeof norms)[number];

export type NormName = Norm['name'];

/** What a specification says of a norm; a batch normalisation where there is no `kind`. */
export type NormOptions =
  | SpecOf<Exclude<Norm, typeof batchNorm>>
  | ({ kind?: (typeof batchNorm)['name'] } & OptionsOf<typeof batchNorm.options>);

/** Some of a norm's options. */
export type NormSettings = NormOptions extends infer One ? Partial<One> : never;

/** The kind of a specification, which is a batch normalisation where it does not say. */
export function normKind(name: unknown): NormKind | undefined {
  return kindNamed(norms, name ?? batchNorm.name) as NormKind | undefined;
}
