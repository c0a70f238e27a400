/** Parts of a run that was given more epochs after it had finished: each has the schedules of its own number of epochs. */
import type { Checkpoint, TrainingOptions } from 'kestirme';
import type { ResolvedConfig } from '../config/resolvedConfig.js';

/** Epochs at which the parts end, the run's last. */
export function endsOf({ epochs, epochsBefore = [] }: Pick<ResolvedConfig, 'epochs' | 'epochsBefore'>): number[] {
  return [...epochsBefore, epochs];
}

/** Whether the part that ends with so many epochs is over at the checkpoint, and another follows. */
export function isOver(checkpoint: Checkpoint | null, end: number, epochs: number): boolean {
  return checkpoint !== null && end < epochs && checkpoint.position.epoch >= end;
}

/**
 * A checkpoint to go on from in the part whose options are given: that of the end of the part before knows as many epochs
 * as there were to be then.
 */
export function forPart(checkpoint: Checkpoint, { epochs }: TrainingOptions): Checkpoint {
  const { position, training } = checkpoint;
  const isEnd = training.epochs < epochs && position.epoch === training.epochs;
  return isEnd ? { ...checkpoint, training: { ...training, epochs } } : checkpoint;
}
