/**
 * One training step, one straight walk: encode, layers, heads, combine, loss, and back through the same files.
 * Everything it touches was planned when the network was loaded. Nothing is allocated in the kernels' memory, but for the
 * objects of a batch of another size, before its first pass; and of JavaScript's nothing that grows with the network but
 * what a probe tells.
 */

import type { StepPosition, StepResult } from '../engine/types.js';
import { headWeights } from '../lambda/schedule.js';
import type { Parameter } from '../layers/parameters.js';
import type { Pass } from '../layers/pass.js';
import type { LoadedNetwork } from '../loaded/loadedNetwork.js';
import type { Batch } from '../loader/batch.js';
import type { GradientStats } from '../metrics/metrics.js';
import { learningRate } from '../optim/schedule.js';
import { blameGradient, blameUpdate, requireFiniteLoss } from './diagnosis.js';

/** @throws NonFiniteError at the first number that is not finite; weights and statistics are half updated then. */
export function trainStep(loaded: LoadedNetwork, batch: Batch, position: StepPosition): StepResult {
  const { trunk, heads, loss, penalty, encoder, optimizer, parameters, training, math } = loaded;
  const place = { ...position, epochs: training.epochs };
  const weights = position.headWeights ?? headWeights(training.lambda, heads.length, place, math, position.lambda);
  const lr = learningRate(training, place, math);
  const taps: Record<string, GradientStats> = {};
  const passed = new Map<Parameter, GradientStats>();
  const spikes: Record<string, Uint32Array> = {};
  const sum = { loss: 0, lossMain: 0, correct: 0, correctMain: 0 };

  loaded.prepare(batch.size);
  loaded.watch?.layer('optimizer');
  optimizer.begin(lr);
  loaded.api.zero(parameters.gradients, parameters.gradientLength);
  for (let from = 0; from < batch.size; from += training.microBatch) {
    const pass: Pass = {
      api: loaded.api,
      arena: loaded.arena,
      mode: 'training',
      folded: false,
      samples: loaded.samples,
      step: position.epoch * position.iterationsPerEpoch + position.iteration,
      batch: Math.min(training.microBatch, batch.size - from),
      onSpikes: position.keepSpikes ? loaded.copySpikes(spikes) : null,
      onGradient: position.probe && from === 0 ? loaded.describeTaps(taps, () => pass) : null,
      onWeightGradient(parameter, gradient) {
        if (position.probe) passed.set(parameter, loaded.describeWeight(parameter, gradient));
        optimizer.update(parameter, gradient);
      },
      guard: loaded.guard,
      watch: loaded.watch,
    };
    const labels = encoder.encode(pass, batch, from, position.epoch);
    trunk.forward(pass);
    heads.forEach((head, i) => {
      head.forward(pass, loss.logits(pass, i));
    });
    const outcome = loss.forwardBackward(pass, weights, batch.size, labels);
    requireFiniteLoss(loaded, pass, outcome.loss, heads);
    heads.forEach((head, i) => {
      head.backward(pass, loss.dlogits(pass, i));
    });
    const onRates = penalty === null ? 0 : penalty.forwardBackward(pass, batch.size);
    trunk.backward(pass);
    sum.loss += outcome.loss + onRates;
    sum.lossMain += outcome.lossMain;
    sum.correct += outcome.correct;
    sum.correctMain += outcome.correctMain;
  }

  loaded.watch?.layer('optimizer');
  const described = position.probe ? loaded.describeWeights(passed) : null;
  const norm = training.clipNorm > 0 || position.probe ? loaded.gradientNorm(described) : null;
  if (norm !== null && !Number.isFinite(norm)) blameGradient(loaded);
  const clipped = norm !== null && training.clipNorm > 0 && norm > training.clipNorm;
  if (!optimizer.finish(clipped ? training.clipNorm / norm : 1)) blameUpdate(loaded);
  parameters.limit(loaded.kernels.views);
  loaded.average?.update(optimizer.steps);
  return {
    loss: sum.loss / batch.size,
    lossMain: sum.lossMain / batch.size,
    correct: sum.correct,
    correctMain: sum.correctMain,
    lr,
    headWeights: weights,
    gradientNorm: norm,
    probe: described === null ? null : { taps: loaded.inNetworkOrder(taps), weights: described },
    ...(position.keepSpikes ? { spikes } : {}),
  };
}
