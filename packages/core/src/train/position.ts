/** A place in a training run that schedules are functions of. All counts start at 0. */
export interface RunPosition {
  epoch: number;
  /** Within the epoch. */
  iteration: number;
  iterationsPerEpoch: number;
  /** Epochs of the whole run. */
  epochs: number;
}

/**
 * How far the run is, from 0 to 1: r = i / (I - 1), i the epoch (or the iteration, counted over the whole run) and I
 * how many there are. A run of one epoch (iteration) stays at r = 0: a ramp per epoch then never leaves its start.
 */
export function progress(position: RunPosition, per: 'epoch' | 'iteration'): number {
  const { epoch, iteration, iterationsPerEpoch, epochs } = position;
  const index = per === 'epoch' ? epoch : epoch * iterationsPerEpoch + iteration;
  const count = per === 'epoch' ? epochs : epochs * iterationsPerEpoch;
  return count <= 1 ? 0 : index / (count - 1);
}

/** Throws when a position lies outside its run, which a schedule would otherwise extrapolate. */
export function requirePosition(position: RunPosition): void {
  const { epoch, iteration, iterationsPerEpoch, epochs } = position;
  const inside = (index: number, count: number) =>
    Number.isInteger(index) && Number.isInteger(count) && index >= 0 && index < count;
  if (!inside(epoch, epochs) || !inside(iteration, iterationsPerEpoch)) {
    throw new RangeError(
      `no such place in the run: epoch ${epoch} of ${epochs}, iteration ${iteration} of ${iterationsPerEpoch} (both count from 0)`,
    );
  }
}
