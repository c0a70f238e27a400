/** A loss over the heads' logits, which meet before it or after it; gradients to every head. */
import { type Loss, lossKernels } from '../kernels/api.js';
import type { Kernels } from '../kernels/kernels.js';
import { numberOf } from '../layers/kernelNumber.js';
import { address, type Pass, PerBatch } from '../layers/pass.js';
import type { Buffer, Planner } from '../layers/planner.js';
import type { TrainingOptions } from '../train/options.js';
import { lossKind } from './index.js';
import type { LossKind } from './loss.js';

export interface LossOutcome {
  /** Sum over the batch. */
  loss: number;
  correct: number;
  correctMain: number;
}

export class HeadsLoss {
  readonly #kernels: Kernels;
  readonly #heads: number;
  readonly #classes: number;
  readonly #sizes: PerBatch<Loss>;
  /** The main head alone, without smoothing. */
  readonly #judges: PerBatch<Loss>;
  readonly #logits: Buffer;
  readonly #dlogits: Buffer;
  readonly #weights: Buffer;

  constructor(
    kernels: Kernels,
    heads: number,
    classes: number,
    { loss, combine, labelSmoothing }: Pick<TrainingOptions, 'loss' | 'combine' | 'labelSmoothing'>,
    planner: Planner,
    batch: number,
  ) {
    this.#kernels = kernels;
    this.#heads = heads;
    this.#classes = classes;
    const number = numberOf(lossKernels, loss.kind);
    const numbers = (lossKind(loss.kind) as LossKind).numbers(loss as never);
    const oneLoss = combine === 'logits';
    this.#sizes = new PerBatch(
      (size) => new kernels.api.Loss(heads, size, classes, oneLoss, number, ...numbers, labelSmoothing),
    );
    this.#judges = new PerBatch((size) => new kernels.api.Loss(1, size, classes, true, number, ...numbers, 0));
    this.#logits = planner.permanent('logits', 4 * heads * batch * classes);
    this.#dlogits = planner.permanent('logits gradient', 4 * heads * batch * classes);
    this.#weights = planner.permanent('head weights', 4 * heads);
  }

  /** Where head number `head` writes its logits [B, classes]. */
  logits(pass: Pass, head: number): number {
    return address(pass, this.#logits) + 4 * head * pass.batch * this.#classes;
  }

  dlogits(pass: Pass, head: number): number {
    return address(pass, this.#dlogits) + 4 * head * pass.batch * this.#classes;
  }

  /** For a loss that is the mean over `whole` images, of which this pass holds some. */
  forwardBackward(pass: Pass, headWeights: readonly number[], whole: number, labels: number): LossOutcome {
    pass.watch?.layer('loss');
    const weights = address(pass, this.#weights);
    new Float32Array(this.#kernels.memory.buffer, weights, this.#heads).set(headWeights);
    const kernel = this.#sizes.for(pass.batch);
    kernel.forwardBackward(weights, whole, labels, address(pass, this.#logits), address(pass, this.#dlogits));
    return { loss: kernel.loss, correct: kernel.correct, correctMain: kernel.correctMain };
  }

  /** Loss and right answers of the main head. */
  judge(pass: Pass, labels: number): LossOutcome {
    pass.watch?.layer('loss');
    const weights = address(pass, this.#weights);
    new Float32Array(this.#kernels.memory.buffer, weights, 1).fill(1);
    const kernel = this.#judges.for(pass.batch);
    kernel.forwardBackward(weights, pass.batch, labels, address(pass, this.#logits), address(pass, this.#dlogits));
    return { loss: kernel.loss, correct: kernel.correct, correctMain: kernel.correctMain };
  }
}
