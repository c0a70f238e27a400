/** A loss over the heads' logits, which meet before it or after it; gradients to every head. */
import type { Labels } from '../encode/encoder.js';
import { type Loss, lossKernels } from '../kernels/api.js';
import { numberOf } from '../layers/kernelNumber.js';
import type { PerBatch } from '../layers/kernelObjects.js';
import type { NetworkKernels } from '../layers/networkKernels.js';
import { address, type Pass } from '../layers/pass.js';
import type { Buffer, Planner } from '../layers/planner.js';
import type { TrainingOptions } from '../train/options.js';
import { lossKind } from './index.js';
import type { LossKind } from './loss.js';

export interface LossOutcome {
  /** Sum over the batch. */
  loss: number;
  /** The same of the main head alone, as if its weight were 1. */
  lossMain: number;
  correct: number;
  correctMain: number;
}

export class HeadsLoss {
  readonly #kernels: NetworkKernels;
  readonly #heads: number;
  /** T where each time step has its logits, else 1. */
  readonly #steps: number;
  readonly #classes: number;
  readonly #sizes: PerBatch<Loss>;
  /** The main head alone, without smoothing. */
  readonly #judges: PerBatch<Loss>;
  readonly #logits: Buffer;
  readonly #dlogits: Buffer;
  /** Of the main head over the steps. */
  readonly #means: Buffer | null;
  readonly #weights: Buffer;

  constructor(
    kernels: NetworkKernels,
    heads: number,
    classes: number,
    steps: number,
    { loss, combine, labelSmoothing }: Pick<TrainingOptions, 'loss' | 'combine' | 'labelSmoothing'>,
    planner: Planner,
    batch: number,
  ) {
    this.#kernels = kernels;
    this.#heads = heads;
    this.#steps = steps;
    this.#classes = classes;
    const number = numberOf(lossKernels, loss.kind);
    const numbers = (lossKind(loss.kind) as LossKind).numbers(loss as never);
    const oneLoss = combine === 'logits';
    const smoothing = ('smoothing' in loss ? loss.smoothing : undefined) || labelSmoothing;
    this.#sizes = kernels.objects.perBatch(
      (size) => new kernels.api.Loss(heads, steps, size, classes, oneLoss, number, ...numbers, smoothing),
    );
    this.#judges = kernels.objects.perBatch(
      (size) => new kernels.api.Loss(1, steps, size, classes, true, number, ...numbers, 0),
    );
    this.#logits = planner.permanent('logits', 4 * heads * steps * batch * classes);
    this.#dlogits = planner.permanent('logits gradient', 4 * heads * steps * batch * classes);
    this.#means = steps === 1 ? null : planner.permanent('mean logits', 4 * batch * classes);
    this.#weights = planner.permanent('head weights', 4 * heads);
  }

  /** Numbers of a head's logits in a pass. */
  count(pass: Pass): number {
    return this.#steps * pass.batch * this.#classes;
  }

  /** Where head number `head` writes its logits [steps, B, classes]. */
  logits(pass: Pass, head: number): number {
    return address(pass, this.#logits) + 4 * head * this.count(pass);
  }

  dlogits(pass: Pass, head: number): number {
    return address(pass, this.#dlogits) + 4 * head * this.count(pass);
  }

  /** The main head's logits [B, classes], which the answer is taken from: where there are several steps, their means. */
  answers(pass: Pass): number {
    const logits = this.logits(pass, 0);
    if (this.#means === null) return logits;
    const means = address(pass, this.#means);
    pass.api.meanOfSteps(this.#steps, pass.batch * this.#classes, logits, means);
    return means;
  }

  /** For a loss that is the mean over `whole` images, of which this pass holds some. */
  forwardBackward(pass: Pass, headWeights: readonly number[], whole: number, of: Labels): LossOutcome {
    pass.watch?.layer('loss');
    const weights = address(pass, this.#weights);
    this.#kernels.views.of(Float32Array, weights, this.#heads).set(headWeights);
    return this.#call(this.#sizes.for(pass.batch), pass, whole, of);
  }

  /** Loss and right answers of the main head. */
  judge(pass: Pass, of: Labels): LossOutcome {
    pass.watch?.layer('loss');
    const weights = address(pass, this.#weights);
    this.#kernels.views.of(Float32Array, weights, 1).fill(1);
    return this.#call(this.#judges.for(pass.batch), pass, pass.batch, of);
  }

  #call(kernel: Loss, pass: Pass, whole: number, { labels, others, shares }: Labels): LossOutcome {
    const [weights, logits, dlogits] = [
      address(pass, this.#weights),
      address(pass, this.#logits),
      address(pass, this.#dlogits),
    ];
    kernel.forwardBackward(weights, whole, labels, others, shares, logits, dlogits);
    const { loss, lossMain, correct, correctMain } = kernel;
    return { loss, lossMain, correct, correctMain };
  }
}
