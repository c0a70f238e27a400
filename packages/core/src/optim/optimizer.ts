/** One optimiser step over all parameters: those with weight decay, then those without. */
import type { Api, Kernels } from '../engine/kernels.js';
import type { Parameters } from '../layers/parameters.js';
import type { OptimizerSpec } from '../train/options.js';

export class Optimizer {
  readonly spec: OptimizerSpec;
  readonly #parameters: Parameters;
  readonly #api: Api;
  /** Steps taken; Adam corrects its moments by it. */
  steps = 0;

  constructor(kernels: Kernels, spec: OptimizerSpec, parameters: Parameters) {
    this.spec = spec;
    this.#parameters = parameters;
    this.#api = kernels.api;
  }

  /** Names of the blocks of state, as a checkpoint has them. */
  static stateNames(spec: OptimizerSpec): string[] {
    return spec.kind === 'sgd' ? ['momentum'] : ['first', 'second'];
  }

  /** `gradientScale` multiplies the gradient first. */
  step(lr: number, gradientScale: number): void {
    this.steps++;
    const { decayingLength, length } = this.#parameters;
    this.#update(0, decayingLength, lr, this.spec.weightDecay, gradientScale);
    this.#update(decayingLength, length - decayingLength, lr, 0, gradientScale);
  }

  #update(from: number, length: number, lr: number, weightDecay: number, scale: number): void {
    const { spec } = this;
    const at = (block: number) => block + 4 * from;
    const { gradients, weights, states } = this.#parameters;
    const [first, second] = states as [number, number];
    if (spec.kind === 'sgd') {
      const { momentum, nesterov } = spec;
      this.#api.sgdStep(lr, momentum, nesterov, weightDecay, scale, length, at(gradients), at(weights), at(first));
      return;
    }
    const { beta1, beta2, eps, kind } = spec;
    this.#api.adamStep(
      lr,
      beta1,
      beta2,
      eps,
      weightDecay,
      kind === 'adamw',
      scale,
      this.steps,
      length,
      at(gradients),
      at(weights),
      at(first),
      at(second),
    );
  }
}
