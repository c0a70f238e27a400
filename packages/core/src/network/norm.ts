import { completeOptions, specProblems } from '../fields/kind.js';
import { batchNorm } from '../norms/batchNorm.js';
import { type NormOptions, type NormSettings, normKind, norms } from '../norms/index.js';

/**
 * A norm of the kind that the last of the settings names, else a batch normalisation, completed by usual values.
 * `summed`: normalised currents in the sum that the neurons get.
 */
export function completeNorm(summed: number, ...settings: readonly NormSettings[]): NormOptions {
  const kind = normKind(Object.assign({}, ...settings).kind);
  const { kind: name, ...options } = completeOptions(norms, kind, settings);
  const each = kind?.summed?.(options as never, summed) ?? options;
  // Networks of before there was a choice have no name here.
  return { ...(name === undefined || name === batchNorm.name ? {} : { kind: name }), ...each } as NormOptions;
}

/** What is wrong with a norm, as '`field` must be ..., got ...'; empty when nothing is. */
export function normProblems(norm: NormOptions): string[] {
  return specProblems('', norms, { ...norm, kind: norm.kind ?? batchNorm.name });
}
