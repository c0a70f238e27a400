/**
 * What each name of a balance means: the weights of the heads, main first, and what moves them. With N heads in all and
 * lambda between `start` and 1 (evo-decay: mu between `start` and 0):
 *
 *     vanilla         main 1       each shortcut head 0
 *     sbp             main 1       each shortcut head 1
 *     evo-rise        main lambda  each shortcut head (1 - lambda) / (N - 1)
 *     evo-rise-sum    main lambda  each shortcut head 1 - lambda
 *     evo-ratio       main 1       each shortcut head (1 - lambda) / lambda
 *     evo-ratio-mean  main 1       each shortcut head (1 - lambda) / (lambda (N - 1))
 *     evo-decay       main 1       each shortcut head mu
 *     adaptive        as evo-ratio, with a lambda that follows how far the main head lags behind: see `adaptive.ts`
 *
 * All but the first two end at the main head alone. The evo presets are readings of Guo et al., "Take A Shortcut Back"
 * (NeurIPS 2024), whose formula is in no public source; docs/lambda.md compares them. The ratio presets keep the
 * proportion lambda : (1 - lambda) of evo-rise, and the main head at 1, so that no gradient is scaled down.
 */
import type { LambdaPreset } from './spec.js';

/** Training methods by their names in the paper's terms. */
export type Method = 'vanilla' | 'shortcut' | 'evolution';
export const methods: readonly Method[] = ['vanilla', 'shortcut', 'evolution'];

export interface Preset {
  method: Method;
  /** 'rises' from `start` to 1 along a ramp, 'falls' from `start` to 0 along a ramp, or follows what training measures. */
  lambda: 'constant' | 'rises' | 'falls' | 'measured';
  /** Usual start. */
  start: number;
  /** Weight of the main head and of each of `shortcuts` shortcut heads. */
  weights(lambda: number, shortcuts: number): readonly [main: number, shortcut: number];
  /** True where lambda divides, so that it cannot start at 0. */
  divides?: true;
}

export const presets: Readonly<Record<LambdaPreset, Preset>> = {
  vanilla: { method: 'vanilla', lambda: 'constant', start: 1, weights: () => [1, 0] },
  sbp: { method: 'shortcut', lambda: 'constant', start: 1, weights: () => [1, 1] },
  'evo-rise': {
    method: 'evolution',
    lambda: 'rises',
    start: 0.25,
    weights: (lambda, shortcuts) => [lambda, (1 - lambda) / shortcuts],
  },
  'evo-rise-sum': { method: 'evolution', lambda: 'rises', start: 0.25, weights: (lambda) => [lambda, 1 - lambda] },
  'evo-ratio': {
    method: 'evolution',
    lambda: 'rises',
    start: 0.25,
    weights: (lambda) => [1, (1 - lambda) / lambda],
    divides: true,
  },
  'evo-ratio-mean': {
    method: 'evolution',
    lambda: 'rises',
    start: 0.25,
    weights: (lambda, shortcuts) => [1, (1 - lambda) / (lambda * shortcuts)],
    divides: true,
  },
  'evo-decay': { method: 'evolution', lambda: 'falls', start: 1, weights: (mu) => [1, mu] },
  adaptive: {
    method: 'evolution',
    lambda: 'measured',
    start: 0.25,
    weights: (lambda) => [1, (1 - lambda) / lambda],
    divides: true,
  },
};

export const lambdaPresets = Object.keys(presets) as readonly LambdaPreset[];

/** The presets whose lambda is of this kind. */
export function presetsWhere(lambda: Preset['lambda']): LambdaPreset[] {
  return lambdaPresets.filter((name) => presets[name].lambda === lambda);
}
