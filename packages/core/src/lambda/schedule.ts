/** Weights of the heads over a run, and the ramps along which lambda moves. */
import type { ExactMath } from '../kernels/exactMath.js';
import { progress, type RunPosition, requirePosition } from '../train/position.js';
import { lambdaPresets, type Method, methods, type Preset, presets, presetsWhere } from './presets.js';
import type { LambdaPreset, LambdaRamp, LambdaSpec } from './spec.js';

/**
 * rho of each ramp, from 0 to 1, with r the progress of the run (see `progress`: 0 throughout when there is one epoch only):
 *
 *     linear r    exp10 (10^r - 1) / 9    cosine (1 - cos(pi r)) / 2    geometric: lambda = start^(1 - r) itself
 */
export const lambdaRamps: readonly LambdaRamp[] = ['linear', 'exp10', 'geometric', 'cosine'];

/** A user's own schedule: the weights of all heads, main first, at a place in the run. */
export type HeadWeightsFunction = (position: RunPosition) => number[];

/** A preset with its defaults: linear, per epoch, starting at 0.25 (evo-decay: at 1). */
export function defaultLambda(preset: LambdaPreset): LambdaSpec {
  return { preset, ramp: 'linear', per: 'epoch', start: presets[preset].start };
}

export function lambdaSpecFor(method: Method): LambdaSpec {
  switch (method) {
    case 'vanilla':
      return defaultLambda('vanilla');
    case 'shortcut':
      return defaultLambda('sbp');
    case 'evolution':
      return defaultLambda('evo-ratio-mean');
    default:
      throw new RangeError(`method must be one of ${methods.join(', ')}, got ${JSON.stringify(method)}`);
  }
}

/** Below it, shortcut heads would outweigh the main head a thousandfold and more. */
export const leastDivisor = 0.001;

/** Problems of a spec, as 'field must be ..., got ...'; empty when there is none. `heads` counts the main head too. */
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
  const preset: Preset | undefined = Object.hasOwn(presets, spec.preset) ? presets[spec.preset] : undefined;
  if (spec.ramp === 'geometric' && preset?.lambda !== 'rises') {
    problems.push(`ramp 'geometric' works with ${presetsWhere('rises').join(', ')} only, not with ${spec.preset}`);
  }
  // Weights are 32-bit numbers where they are used.
  if (!Number.isFinite(spec.start) || !Number.isFinite(Math.fround(spec.start)) || spec.start < 0) {
    problems.push(`start must be a number from 0 up, got ${spec.start}`);
  } else if ((preset?.lambda === 'rises' || preset?.lambda === 'measured') && spec.start > 1) {
    problems.push(`start must be at most 1 for ${spec.preset}, got ${spec.start}`);
  } else if (preset?.divides && spec.start < leastDivisor) {
    problems.push(`start must be at least ${leastDivisor} for ${spec.preset}, which divides by it, got ${spec.start}`);
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

/** lambda (of evo-decay: mu) at the progress r of the run. */
function lambdaAt(spec: LambdaSpec, r: number, math: ExactMath): number {
  const { lambda } = presets[spec.preset];
  if (lambda === 'constant' || r === 0) return spec.start;
  const end = lambda === 'rises' ? 1 : 0;
  if (r === 1) return end;
  if (spec.ramp === 'geometric') return math.exp((1 - r) * math.log(spec.start));
  const rho = rampValue(spec.ramp, r, math);
  return lambda === 'rises' ? spec.start + (1 - spec.start) * rho : spec.start * (1 - rho);
}

/**
 * Weights of `heads` heads, main first, at a place in the run. `measured`: the lambda of a preset that has no ramp.
 * @throws RangeError when the spec is impossible, the position lies outside the run, or a measured lambda is missing.
 */
export function headWeights(
  spec: LambdaSpec,
  heads: number,
  position: RunPosition,
  math: ExactMath,
  measured: number | null = null,
): number[] {
  const problems = lambdaProblems(spec, heads);
  if (problems.length > 0) throw new RangeError(`lambda: ${problems.join('; ')}`);
  if (!Number.isInteger(heads) || heads < 1) throw new RangeError(`a network has at least 1 head, got ${heads}`);
  requirePosition(position);
  const preset = presets[spec.preset];
  if (preset.lambda === 'measured' && measured === null) {
    throw new RangeError(`lambda: '${spec.preset}' follows what a run measures; the position lacks its lambda`);
  }
  const shortcuts = heads - 1;
  const lambda = measured ?? lambdaAt(spec, progress(position, spec.per), math);
  const [main, shortcut] = preset.weights(lambda, Math.max(1, shortcuts));
  return [main, ...new Array<number>(shortcuts).fill(shortcut)];
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
