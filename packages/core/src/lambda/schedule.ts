import type { ExactMath } from '../engine/exactMath.js';
import { progress, type RunPosition, requirePosition } from '../train/position.js';
import type { LambdaPreset, LambdaRamp, LambdaSpec } from './spec.js';

/**
 * Weights of the heads over a run. With r the progress of the run (see `progress`: 0 to 1, and 0 throughout when there
 * is one epoch only), rho the ramp and N heads, main first:
 *
 *     vanilla        main 1       each shortcut head 0
 *     sbp            main 1       each shortcut head 1
 *     evo-rise       main lambda  each shortcut head (1 - lambda) / (N - 1)    lambda = start + (1 - start) * rho
 *     evo-rise-sum   main lambda  each shortcut head 1 - lambda                same lambda
 *     evo-decay      main 1       each shortcut head start * (1 - rho)
 *
 *     linear r    exp10 (10^r - 1) / 9    cosine (1 - cos(pi r)) / 2    geometric: lambda = start^(1 - r) itself
 *
 * The evo presets end at the main head alone. They are readings of Guo et al., "Take a shortcut back" (NeurIPS 2024):
 * its exact formula is in no public source.
 */

export const lambdaPresets: readonly LambdaPreset[] = ['vanilla', 'sbp', 'evo-rise', 'evo-rise-sum', 'evo-decay'];
export const lambdaRamps: readonly LambdaRamp[] = ['linear', 'exp10', 'geometric', 'cosine'];

/** Training methods by their names in the paper's terms. */
export type Method = 'vanilla' | 'shortcut' | 'evolution';
export const methods: readonly Method[] = ['vanilla', 'shortcut', 'evolution'];

/** A user's own schedule: the weights of all heads, main first, at a place in the run. */
export type HeadWeightsFunction = (position: RunPosition) => number[];

/** A preset with its defaults: linear, per epoch, starting at 0.25 (evo-decay: at 1). */
export function defaultLambda(preset: LambdaPreset): LambdaSpec {
  const rises = preset === 'evo-rise' || preset === 'evo-rise-sum';
  return { preset, ramp: 'linear', per: 'epoch', start: rises ? 0.25 : 1 };
}

export function lambdaSpecFor(method: Method): LambdaSpec {
  switch (method) {
    case 'vanilla':
      return defaultLambda('vanilla');
    case 'shortcut':
      return defaultLambda('sbp');
    case 'evolution':
      return defaultLambda('evo-rise');
    default:
      throw new RangeError(`method must be one of ${methods.join(', ')}, got ${JSON.stringify(method)}`);
  }
}

/** What is wrong with a spec, as 'field must be ..., got ...'; empty when nothing is. `heads` counts the main head too. */
export function lambdaProblems(spec: LambdaSpec, heads?: number): string[] {
  const problems: string[] = [];
  const choice = (field: string, value: unknown, choices: readonly string[]) => {
    if (!choices.includes(value as string)) {
      problems.push(`${field} must be one of ${choices.join(', ')}, got ${JSON.stringify(value)}`);
    }
  };
  choice('preset', spec.preset, lambdaPresets);
  choice('ramp', spec.ramp, lambdaRamps);
  choice('per', spec.per, ['epoch', 'iteration']);
  const rises = spec.preset === 'evo-rise' || spec.preset === 'evo-rise-sum';
  if (spec.ramp === 'geometric' && !rises) {
    problems.push(`ramp 'geometric' works with evo-rise and evo-rise-sum only, not with ${spec.preset}`);
  }
  // Weights are 32-bit numbers where they are used.
  if (!Number.isFinite(spec.start) || !Number.isFinite(Math.fround(spec.start)) || spec.start < 0) {
    problems.push(`start must be a number from 0 up, got ${spec.start}`);
  } else if (rises && spec.start > 1) {
    problems.push(`start must be at most 1 for ${spec.preset}, got ${spec.start}`);
  } else if (spec.ramp === 'geometric' && spec.start === 0) {
    problems.push("start must be above 0 for ramp 'geometric', got 0");
  }
  if (heads === 1 && spec.preset !== 'vanilla') {
    problems.push(
      `preset '${spec.preset}' needs shortcut heads and the network has none: add heads or choose 'vanilla'`,
    );
  }
  return problems;
}

/** rho, exactly 0 at r = 0 and exactly 1 at r = 1 whatever the rounding of `math`. */
function rampValue(ramp: Exclude<LambdaRamp, 'geometric'>, r: number, math: ExactMath): number {
  if (r === 0 || r === 1) return r;
  switch (ramp) {
    case 'linear':
      return r;
    case 'exp10':
      return (math.exp(r * Math.LN10) - 1) / 9;
    case 'cosine':
      return (1 - math.cos(Math.PI * r)) / 2;
  }
}

/** lambda of the rising presets, between `start` and 1. */
function risingLambda(spec: LambdaSpec, r: number, math: ExactMath): number {
  if (r === 0) return spec.start;
  if (r === 1) return 1;
  if (spec.ramp === 'geometric') return math.exp((1 - r) * math.log(spec.start));
  return spec.start + (1 - spec.start) * rampValue(spec.ramp, r, math);
}

/**
 * Weights of `heads` heads, main first, at a place in the run.
 * @throws RangeError when the spec is impossible or the position lies outside the run.
 */
export function headWeights(spec: LambdaSpec, heads: number, position: RunPosition, math: ExactMath): number[] {
  const problems = lambdaProblems(spec, heads);
  if (problems.length > 0) throw new RangeError(`lambda: ${problems.join('; ')}`);
  if (!Number.isInteger(heads) || heads < 1) throw new RangeError(`a network has at least 1 head, got ${heads}`);
  requirePosition(position);
  const r = progress(position, spec.per);
  const weights = (main: number, shortcut: number) => [main, ...new Array<number>(heads - 1).fill(shortcut)];
  switch (spec.preset) {
    case 'vanilla':
      return weights(1, 0);
    case 'sbp':
      return weights(1, 1);
    case 'evo-rise': {
      const lambda = risingLambda(spec, r, math);
      return weights(lambda, (1 - lambda) / (heads - 1));
    }
    case 'evo-rise-sum': {
      const lambda = risingLambda(spec, r, math);
      return weights(lambda, 1 - lambda);
    }
    case 'evo-decay': {
      if (spec.ramp === 'geometric') throw new RangeError("lambda: ramp 'geometric' works with rising presets only");
      return weights(1, spec.start * (1 - rampValue(spec.ramp, r, math)));
    }
  }
}

/** Asks a user's schedule and checks its answer: one finite number for each head. */
export function userHeadWeights(schedule: HeadWeightsFunction, heads: number, position: RunPosition): number[] {
  const weights = schedule(position);
  const place = `epoch ${position.epoch}, iteration ${position.iteration}`;
  if (!Array.isArray(weights) || weights.length !== heads) {
    const got = Array.isArray(weights) ? `${weights.length} numbers` : typeof weights;
    throw new RangeError(
      `the head weights function must return ${heads} numbers (main head first), got ${got} at ${place}`,
    );
  }
  for (const [head, weight] of weights.entries()) {
    if (!Number.isFinite(weight)) {
      throw new RangeError(
        `the head weights function must return finite numbers, got ${weight} for head ${head} at ${place}`,
      );
    }
  }
  return weights;
}
