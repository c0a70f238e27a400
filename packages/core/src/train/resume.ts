import { type Checkpoint, CheckpointError } from '../checkpoint/checkpoint.js';
import type { State } from '../engine/types.js';
import type { BatchSource } from '../loader/batch.js';
import type { NetworkSpec } from '../network/spec.js';
import { excerpt, excerptOf } from '../plain/excerpt.js';
import type { TrainingOptions } from './options.js';

/** Throws when a run with this network, these options and this data would not be the one that the checkpoint is from. */
export function requireSameRun(
  checkpoint: Checkpoint,
  network: NetworkSpec,
  options: TrainingOptions,
  data: BatchSource,
): void {
  const { mean, std } = data.info;
  const difference =
    firstDifference('network', checkpoint.network, network) ??
    firstDifference('', checkpoint.training, options) ??
    firstDifference('mean', checkpoint.mean, roundedTo(checkpoint.mean, mean)) ??
    firstDifference('std', checkpoint.std, roundedTo(checkpoint.std, std));
  if (difference !== null) {
    throw new CheckpointError(`this run is not the checkpoint's: ${difference}. Resume with what it was started with.`);
  }
  const { position, sums } = checkpoint;
  const { epoch, iteration } = position;
  const count = data.trainBatchCount;
  const isIndex = (index: number, last: number) => Number.isInteger(index) && index >= 0 && index <= last;
  if (!isIndex(epoch, options.epochs) || !isIndex(iteration, epoch === options.epochs ? 0 : count)) {
    throw new CheckpointError(
      `the checkpoint stands after ${epoch} epochs and ${iteration} steps; this run has ${options.epochs} epochs of ${count} steps`,
    );
  }
  if (iteration === 0 ? sums !== null : sums?.epoch !== epoch || sums.steps !== iteration) {
    const has = sums === null ? 'none' : `those of epoch ${sums.epoch + 1} after ${sums.steps} steps`;
    throw new CheckpointError(
      `the checkpoint stands after ${epoch} epochs and ${iteration} steps, but its sums are ${has}`,
    );
  }
}

/**
 * `now`, with the numbers of before where they differ by less than a network can tell: other versions of a data set's reader
 * sum in another order. The run goes on with those of before.
 */
function roundedTo(before: readonly number[], now: readonly number[]): number[] {
  return now.map((one, i) => {
    const other = before[i] ?? Number.NaN;
    return Math.abs(one - other) <= leastDifference ? other : one;
  });
}

/** The engine has 32 bits of each. */
const leastDifference = 1e-9;

/** Throws when a tensor of a state holds NaN or an infinity: no run and no evaluation can make use of it. `whose`: for the error. */
export function requireFiniteState(state: State, whose = "the checkpoint's"): void {
  for (const [name, { data }] of Object.entries(state)) {
    const at = data.findIndex((x) => !Number.isFinite(x));
    if (at >= 0) throw new CheckpointError(`${whose} tensor "${name}" holds ${data[at]} at position ${at}`);
  }
}

/** '`path` is A in the checkpoint and B here' for the first place where two plain values differ; null when none does. */
function firstDifference(path: string, before: unknown, now: unknown): string | null {
  if (before === now) return null;
  if (typeof before !== 'object' || typeof now !== 'object' || before === null || now === null) {
    return `\`${excerpt(path)}\` is ${excerptOf(before)} in the checkpoint and ${excerptOf(now)} here`;
  }
  const keys = new Set([...Object.keys(before), ...Object.keys(now)]);
  for (const key of keys) {
    const a = (before as Record<string, unknown>)[key];
    const b = (now as Record<string, unknown>)[key];
    const difference = firstDifference(path === '' ? key : `${path}.${key}`, a, b);
    if (difference !== null) return difference;
  }
  return null;
}
