/**
 * One optimiser step over all parameters: those whose gradient is not kept as the backward pass comes by, then the rest,
 * those with weight decay first.
 */
import type { Api, Kernels } from '../engine/kernels.js';
import type { Parameter, Parameters } from '../layers/parameters.js';
import type { OptimizerSpec } from '../train/options.js';

export class Optimizer {
  readonly spec: OptimizerSpec;
  readonly #parameters: Parameters;
  readonly #api: Api;
  /** Steps taken; Adam corrects its moments by it. */
  steps = 0;
  #lr = 0;

  constructor(kernels: Kernels, spec: OptimizerSpec, parameters: Parameters) {
    this.spec = spec;
    this.#parameters = parameters;
    this.#api = kernels.api;
  }

  /** Names of the blocks of state, as a checkpoint has them. */
  static stateNames(spec: OptimizerSpec): string[] {
    return spec.kind === 'sgd' ? ['momentum'] : ['first', 'second'];
  }

  /** Before the first gradient of a step. */
  begin(lr: number): void {
    this.steps++;
    this.#lr = lr;
  }

  /** Updates one parameter from the gradient at an address. */
  update(parameter: Parameter, gradient: number): void {
    this.#update(gradient, parameter.offset, parameter.length, parameter.decays, 1);
  }

  /** Updates every parameter whose gradient is kept; `gradientScale` multiplies it first. */
  finish(gradientScale: number): void {
    const { gradients, passingLength, decayingLength, length } = this.#parameters;
    const decaying = decayingLength - passingLength;
    this.#update(gradients, passingLength, decaying, true, gradientScale);
    this.#update(gradients + 4 * decaying, decayingLength, length - decayingLength, false, gradientScale);
  }

  #update(gradient: number, from: number, length: number, decays: boolean, scale: number): void {
    const { spec } = this;
    const lr = this.#lr;
    const weightDecay = decays ? spec.weightDecay : 0;
    const at = (block: number) => block + 4 * from;
    const { weights, states } = this.#parameters;
    const [first, second] = states as [number, number];
    if (spec.kind === 'sgd') {
      const { momentum, nesterov } = spec;
      this.#api.sgdStep(lr, momentum, nesterov, weightDecay, scale, length, gradient, at(weights), at(first));
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
      gradient,
      at(weights),
      at(first),
      at(second),
    );
  }
}
