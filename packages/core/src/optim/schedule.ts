import type { ExactMath } from '../kernels/exactMath.js';
import type { TrainingOptions } from '../train/options.js';
import { type RunPosition, requirePosition } from '../train/position.js';

/**
 * Learning rate of a step. Warm-up first: per iteration, from lr / n at the first step to lr at step n, where n is
 * `warmupEpochs` times the iterations of an epoch, rounded. Then the schedule, per epoch, e counted from the epoch in
 * which warm-up ends and E the epochs left by then (e = epoch and E = epochs without warm-up):
 *
 *     constant  lr
 *     cosine    lr * (1 + cos(pi * e / E)) / 2     as PyTorch's CosineAnnealingLR with T_max = E
 *     step      lr * factor^floor(e / every)       as PyTorch's StepLR
 *     cosine-restarts   the cosine over the first `every` epochs, again from lr over `every * times`, and so on,
 *                       as PyTorch's CosineAnnealingWarmRestarts with T_0 = every and T_mult = times
 */
export function learningRate(
  options: Pick<TrainingOptions, 'lr' | 'schedule' | 'warmupEpochs'>,
  position: RunPosition,
  math: ExactMath,
): number {
  requirePosition(position);
  const { lr, schedule, warmupEpochs } = options;
  const { epoch, iteration, iterationsPerEpoch, epochs } = position;
  const step = epoch * iterationsPerEpoch + iteration;
  const warmupSteps = Math.round(warmupEpochs * iterationsPerEpoch);
  if (step < warmupSteps) return lr * ((step + 1) / warmupSteps);

  const firstEpoch = Math.min(epoch, Math.floor(warmupEpochs));
  const elapsed = epoch - firstEpoch;
  switch (schedule.kind) {
    case 'constant':
      return lr;
    case 'cosine':
      return cosine(lr, elapsed, epochs - firstEpoch, math);
    case 'cosine-restarts': {
      let [since, period] = [elapsed, schedule.every];
      while (since >= period) {
        since -= period;
        period *= schedule.times;
      }
      return cosine(lr, since, period, math);
    }
    case 'step': {
      // Repeated multiplication: exact in every engine, unlike a power.
      let rate = lr;
      for (let drop = Math.floor(elapsed / schedule.every); drop > 0; drop--) rate *= schedule.factor;
      return rate;
    }
  }
}

/** From lr down to 0, which it would reach after `period` epochs. */
function cosine(lr: number, elapsed: number, period: number, math: ExactMath): number {
  return elapsed === 0 ? lr : (lr * (1 + math.cos((Math.PI * elapsed) / period))) / 2;
}
