/** Shapes of the library's composite options (core/src/train/options.ts, core/src/lambda/spec.ts). */
export type { Surrogate } from 'kestirme';

export interface LambdaSpec {
  preset: 'vanilla' | 'sbp' | 'evo-rise' | 'evo-rise-sum' | 'evo-decay';
  ramp: 'linear' | 'exp10' | 'geometric' | 'cosine';
  per: 'epoch' | 'iteration';
  start: number;
}

export type ScheduleSpec = { kind: 'constant' } | { kind: 'cosine' } | { kind: 'step'; every: number; factor: number };
