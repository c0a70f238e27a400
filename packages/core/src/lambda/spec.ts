/** Which balance between the main head and the shortcut heads, and how it moves. Plain data; `schedule.ts` evaluates it. */

/** Readings of the paper, whose exact formula is in no public source: see the README. */
export type LambdaPreset = 'vanilla' | 'sbp' | 'evo-rise' | 'evo-rise-sum' | 'evo-decay';
export type LambdaRamp = 'linear' | 'exp10' | 'geometric' | 'cosine';

export interface LambdaSpec {
  preset: LambdaPreset;
  /** Only for the evo presets; 'geometric' only for evo-rise and evo-rise-sum. */
  ramp: LambdaRamp;
  per: 'epoch' | 'iteration';
  /** lambda(0) of evo-rise (default 0.25) or mu(0) of evo-decay (default 1). */
  start: number;
}
