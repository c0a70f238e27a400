/** Which balance between the main head and the shortcut heads, and how it moves. Plain data; `schedule.ts` evaluates it. */

/** Readings of the paper, whose exact formula is in no public source, and one beyond it: see `presets.ts`. */
export type LambdaPreset =
  | 'vanilla'
  | 'sbp'
  | 'evo-rise'
  | 'evo-rise-sum'
  | 'evo-ratio'
  | 'evo-ratio-mean'
  | 'evo-decay'
  | 'adaptive';

export type LambdaRamp = 'linear' | 'exp10' | 'geometric' | 'cosine';

export interface LambdaSpec {
  preset: LambdaPreset;
  /** Ramp of the evo presets; 'geometric' only where lambda rises. 'adaptive' has none. */
  ramp: LambdaRamp;
  per: 'epoch' | 'iteration';
  /** lambda at the start (default 0.25), or mu(0) of evo-decay (default 1). */
  start: number;
}
