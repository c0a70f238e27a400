/** Passes forward alone: a batch of an evaluation, and images of which nothing but the logits is wanted. */

import type { Images, Labels } from '../encode/encoder.js';
import type { EvaluationResult, Prediction } from '../engine/types.js';
import type { ReadOut } from '../heads/readOut.js';
import { evaluationStep, type Pass } from '../layers/pass.js';
import { spikeWords } from '../layers/value.js';
import type { Batch, Pixels } from '../loader/batch.js';
import { requireFiniteLoss } from '../train/diagnosis.js';
import type { LoadedNetwork } from './loadedNetwork.js';

/** A part of the batch has passed: its logits are there. */
type Passed = (pass: Pass, main: ReadOut, labels: Labels) => void;

/** The main head's logits [B, classes], by the weights that answer. `onSpikes`: as a pass has it. */
function forward(
  loaded: LoadedNetwork,
  batch: Images & { size: number },
  onSpikes: Pass['onSpikes'],
  passed: Passed,
): Float32Array {
  return loaded.answering(() => forwardNow(loaded, batch, onSpikes, passed));
}

function forwardNow(
  loaded: LoadedNetwork,
  batch: Images & { size: number },
  onSpikes: Pass['onSpikes'],
  passed: Passed,
): Float32Array {
  const { trunk, heads, loss, encoder, training, network, api, kernels } = loaded;
  const main = heads[0] as ReadOut;
  const logits = new Float32Array(batch.size * network.classes);
  loaded.prepare(batch.size);
  loaded.fold();
  for (let from = 0; from < batch.size; from += training.microBatch) {
    const count = Math.min(training.microBatch, batch.size - from);
    const pass: Pass = {
      api,
      arena: loaded.arena,
      mode: 'evaluation',
      folded: loaded.inference,
      batch: count,
      samples: loaded.samples,
      step: evaluationStep,
      onSpikes,
      onGradient: null,
      onWeightGradient: null,
      guard: loaded.guard,
      watch: loaded.watch,
    };
    const labels = encoder.encode(pass, batch, from, 0);
    trunk.forward(pass);
    main.forward(pass, loss.logits(pass, 0));
    const answers = loss.answers(pass);
    logits.set(new Float32Array(kernels.memory.buffer, answers, count * network.classes), from * network.classes);
    passed(pass, main, labels);
  }
  return logits;
}

/** Loss and right answers of the main head, and how often each layer fired, or also when. @throws NonFiniteError */
export function evaluateStep(loaded: LoadedNetwork, batch: Batch, keepSpikes = false): EvaluationResult {
  const bits: Record<string, Uint32Array> = {};
  const copySpikes = keepSpikes ? loaded.copySpikes(bits) : null;
  const spikes: EvaluationResult['spikes'] = {};
  const countSpikes = (layer: string, address: number, words: number) => {
    copySpikes?.(layer, address, words);
    const { channels, trueChannels, planes } = loaded.trunk.value(layer);
    const { fired, total } = spikes[layer] ?? { fired: 0, total: 0 };
    spikes[layer] = {
      fired: fired + loaded.api.countSpikes(address, words),
      total: total + ((words / spikeWords(channels)) * trueChannels) / planes.length,
    };
  };
  const sum = { lossSum: 0, correct: 0 };
  const logits = forward(loaded, batch, countSpikes, (pass, main, labels) => {
    const outcome = loaded.loss.judge(pass, labels);
    requireFiniteLoss(loaded, pass, outcome.loss, [main]);
    sum.lossSum += outcome.loss;
    sum.correct += outcome.correct;
  });
  return { ...sum, logits, spikes, ...(keepSpikes ? { bits } : {}) };
}

/** @throws NonFiniteError */
export function predict(loaded: LoadedNetwork, images: Pixels, indices: Uint32Array): Prediction {
  const { loss, network } = loaded;
  const { classes } = network;
  const size = indices.length;
  const logits = forward(loaded, { images, indices, size, labels: null }, null, (pass, { name }) => {
    pass.guard.check(`head.${name}`, 'a logit', loss.logits(pass, 0), loss.count(pass));
  });
  const labels = Int32Array.from({ length: size }, (_, i) => largest(logits.subarray(i * classes, (i + 1) * classes)));
  return { labels, logits };
}

/** Where the first of the largest stands. */
function largest(logits: Float32Array): number {
  return logits.reduce((best, logit, k) => (logit > (logits[best] as number) ? k : best), 0);
}
