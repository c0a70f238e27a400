/**
 * The meaning of each name of a balance: the weights of the heads, main first, and their movement. With N heads in all and
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
import type { Provenance } from '../fields/kind.js';
import type { LambdaPreset } from './spec.js';

/** Training methods by their names in the paper's terms. */
export type Method = 'vanilla' | 'shortcut' | 'evolution';
export const methods: readonly Method[] = ['vanilla', 'shortcut', 'evolution'];

export interface Preset extends Provenance {
  method: Method;
  /** 'rises' from `start` to 1 along a ramp, 'falls' from `start` to 0 along a ramp, or follows measurements. */
  lambda: 'constant' | 'rises' | 'falls' | 'measured';
  /** Usual start. */
  start: number;
  /** Weight of the main head and of each of `shortcuts` shortcut heads. */
  weights(lambda: number, shortcuts: number): readonly [main: number, shortcut: number];
  /** True where lambda divides, so that it cannot start at 0. */
  divides?: true;
}

const paper = 'Guo et al. 2024';
/** Its formula is in no public source. */
const reading = { paper, confidence: 'low', parity: 'weights worked out by hand' } as const;
const rises = { method: 'evolution', lambda: 'rises', start: 0.25 } as const;

export const presets: Readonly<Record<LambdaPreset, Preset>> = {
  vanilla: {
    help: 'The main head alone',
    paper,
    confidence: 'high',
    parity: 'weights worked out by hand',
    method: 'vanilla',
    lambda: 'constant',
    start: 1,
    weights: () => [1, 0],
  },
  sbp: {
    help: 'Main 1, each shortcut head 1',
    paper,
    confidence: 'medium',
    parity: 'PyTorch; weights worked out by hand',
    method: 'shortcut',
    lambda: 'constant',
    start: 1,
    weights: () => [1, 1],
  },
  'evo-rise': {
    help: 'Main lambda, each of N - 1 shortcut heads (1 - lambda) / (N - 1)',
    ...reading,
    ...rises,
    weights: (lambda, shortcuts) => [lambda, (1 - lambda) / shortcuts],
  },
  'evo-rise-sum': {
    help: 'Main lambda, each shortcut head 1 - lambda',
    ...reading,
    ...rises,
    weights: (lambda) => [lambda, 1 - lambda],
  },
  'evo-ratio': {
    help: 'Main 1, each shortcut head (1 - lambda) / lambda',
    ...reading,
    ...rises,
    weights: (lambda) => [1, (1 - lambda) / lambda],
    divides: true,
  },
  'evo-ratio-mean': {
    help: 'Main 1, each of N - 1 shortcut heads (1 - lambda) / (lambda (N - 1))',
    ...reading,
    ...rises,
    weights: (lambda, shortcuts) => [1, (1 - lambda) / (lambda * shortcuts)],
    divides: true,
  },
  'evo-decay': {
    help: 'Main 1, each shortcut head mu, which falls to 0',
    ...reading,
    method: 'evolution',
    lambda: 'falls',
    start: 1,
    weights: (mu) => [1, mu],
  },
  adaptive: {
    help: 'As evo-ratio, with a lambda that follows how far the main head lags behind',
    paper: 'none: of this project',
    confidence: 'high',
    parity: 'weights worked out by hand',
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
