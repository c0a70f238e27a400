/** Where in the run a step stands: lambda, learning rate and random numbers are functions of it. */
export interface StepPosition {
  epoch: number;
  /** Within the epoch. */
  iteration: number;
  iterationsPerEpoch: number;
  /** Weights of the heads, main first, from a user's own schedule; null: the preset decides. */
  headWeights: number[] | null;
  /** Lambda as the run has measured it, for a preset without a ramp ('adaptive'); default: none. */
  lambda?: number | null;
  /** Collect gradient statistics in this step. */
  probe: boolean;
  /** Give the spikes of every LIF layer back; default: no. */
  keepSpikes?: boolean;
}
