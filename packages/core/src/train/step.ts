/**
 * One training step, one straight walk: encode, layers, heads, combine, loss, and back through the same files.
 * Everything it touches was planned when the network was loaded; nothing is allocated here but the step's result.
 */

import type { StepPosition, StepResult } from '../engine/types.js';
import { headWeights } from '../lambda/schedule.js';
import type { Parameter } from '../layers/parameters.js';
import type { Run } from '../layers/run.js';
import type { Batch } from '../loader/batch.js';
import type { GradientStats } from '../metrics/metrics.js';
import { learningRate } from '../optim/schedule.js';
import type { Program } from '../program/program.js';
import { blameGradient, blameUpdate, requireFiniteLoss } from './diagnosis.js';

/** @throws NonFiniteError at the first number that is not finite; weights and statistics are half updated then. */
export function trainStep(program: Program, batch: Batch, position: StepPosition): StepResult {
  const { trunk, heads, loss, encoder, optimizer, parameters, training, math } = program;
  const place = { ...position, epochs: training.epochs };
  const weights = position.headWeights ?? headWeights(training.lambda, heads.length, place, math, position.lambda);
  const lr = learningRate(training, place, math);
  const taps: Record<string, GradientStats> = {};
  const passed = new Map<Parameter, GradientStats>();
  const spikes: Record<string, Uint32Array> = {};
  const sum = { loss: 0, correct: 0, correctMain: 0 };

  program.watch?.layer('optimizer');
  optimizer.begin(lr);
  program.api.zero(parameters.gradients, parameters.gradientLength);
  for (let from = 0; from < batch.size; from += training.microBatch) {
    const run: Run = {
      api: program.api,
      arena: program.arena,
      mode: 'training',
      batch: Math.min(training.microBatch, batch.size - from),
      onSpikes: position.keepSpikes ? program.copySpikes(spikes) : null,
      onGradient: position.probe && from === 0 ? program.describeTaps(taps, () => run) : null,
      onWeightGradient(parameter, gradient) {
        if (position.probe) passed.set(parameter, program.describeWeight(parameter, gradient));
        optimizer.update(parameter, gradient);
      },
      guard: program.guard,
      watch: program.watch,
    };
    const labels = encoder.encode(run, batch, from, position.epoch);
    trunk.forward(run);
    heads.forEach((head, i) => {
      head.forward(run, loss.logits(run, i));
    });
    const outcome = loss.forwardBackward(run, weights, batch.size, labels);
    requireFiniteLoss(program, run, outcome.loss, heads);
    heads.forEach((head, i) => {
      head.backward(run, loss.dlogits(run, i));
    });
    trunk.backward(run);
    sum.loss += outcome.loss;
    sum.correct += outcome.correct;
    sum.correctMain += outcome.correctMain;
  }

  program.watch?.layer('optimizer');
  const described = position.probe ? program.describeWeights(passed) : null;
  const norm = training.clipNorm > 0 || position.probe ? program.gradientNorm(described) : null;
  if (norm !== null && !Number.isFinite(norm)) blameGradient(program);
  const clipped = norm !== null && training.clipNorm > 0 && norm > training.clipNorm;
  if (!optimizer.finish(clipped ? training.clipNorm / norm : 1)) blameUpdate(program);
  return {
    loss: sum.loss / batch.size,
    correct: sum.correct,
    correctMain: sum.correctMain,
    lr,
    headWeights: weights,
    gradientNorm: norm,
    probe: described === null ? null : { taps: program.inNetworkOrder(taps), weights: described },
    ...(position.keepSpikes ? { spikes } : {}),
  };
}
