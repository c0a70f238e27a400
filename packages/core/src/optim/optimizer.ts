/**
 * One optimiser step over all parameters: those whose gradient is not kept as the backward pass comes by, then the rest,
 * those with weight decay first.
 */
import { NonFiniteError } from '../layers/guard.js';
import type { NetworkKernels } from '../layers/networkKernels.js';
import type { Parameter, Parameters } from '../layers/parameters.js';
import type { KernelCalls, KernelUser, Work } from '../layers/work.js';
import type { OptimizerSpec } from '../train/options.js';

export class Optimizer implements KernelUser {
  readonly names = ['optimizer'];
  readonly spec: OptimizerSpec;
  readonly #parameters: Parameters;
  readonly #kernels: NetworkKernels;
  /** Address of memory for the kernels' own sums; set when memory is there. */
  scratch = 0;
  /** Squared L2 norms of the gradients that this step has met one by one. */
  readonly passed = new Map<Parameter, number>();
  #steps = 0;
  #lr = 0;
  /** Sum of squares of the whole gradient, and that of the step before; null: no step has been. */
  #squares: number | null = null;
  #squaresBefore: number | null = null;

  constructor(kernels: NetworkKernels, spec: OptimizerSpec, parameters: Parameters) {
    this.spec = spec;
    this.#parameters = parameters;
    this.#kernels = kernels;
  }

  /** Names of the blocks of state, as a checkpoint has them. */
  static stateNames(spec: OptimizerSpec): string[] {
    return spec.kind === 'sgd' ? ['momentum'] : ['first', 'second'];
  }

  work({ kernel }: KernelCalls): Work {
    const bytes = 4 * this.#parameters.length;
    switch (kernel) {
      case 'zero':
        return { read: 0, written: bytes };
      case 'sgdStep':
        return { read: 3 * bytes, written: 2 * bytes };
      case 'adamStep':
        return { read: 4 * bytes, written: 3 * bytes };
      default:
        return {};
    }
  }

  /** Steps taken; Adam corrects its moments by it. */
  get steps(): number {
    return this.#steps;
  }

  /** Goes on from another state. */
  set steps(steps: number) {
    this.#steps = steps;
    this.#squares = null;
  }

  /** L2 norm of the whole gradient of the step before the one under way, before clipping; null when there was none. */
  get normBefore(): number | null {
    return this.#squaresBefore === null ? null : Math.sqrt(this.#squaresBefore);
  }

  /** Before the first gradient of a step. */
  begin(lr: number): void {
    this.#steps++;
    this.#lr = lr;
    this.#squaresBefore = this.#squares;
    this.#squares = 0;
    this.passed.clear();
  }

  /** Updates one parameter from the gradient at an address. @throws NonFiniteError */
  update(parameter: Parameter, gradient: number): void {
    const finite = this.#update(gradient, parameter.offset, parameter.length, parameter.decays, 1);
    const squares = this.#lastSquares();
    this.passed.set(parameter, squares);
    if (!Number.isFinite(squares)) throw notFinite(parameter, 'the gradient of');
    if (!finite) throw notFinite(parameter, 'after the update,');
  }

  /** Updates every parameter whose gradient is kept; `gradientScale` multiplies it first. Returns whether all is finite. */
  finish(gradientScale: number): boolean {
    const { gradients, passingLength, decayingLength, length } = this.#parameters;
    const decaying = decayingLength - passingLength;
    const first = this.#update(gradients, passingLength, decaying, true, gradientScale);
    const squares = this.#lastSquares();
    const rest = this.#update(gradients + 4 * decaying, decayingLength, length - decayingLength, false, gradientScale);
    return first && rest && Number.isFinite(squares + this.#lastSquares());
  }

  /** Sum of squares of the gradient of the last update, added to the step's. */
  #lastSquares(): number {
    const squares = this.#kernels.views.of(Float64Array, this.scratch, 1)[0] as number;
    this.#squares = (this.#squares ?? 0) + squares;
    return squares;
  }

  /** Returns whether all new numbers are finite. */
  #update(gradient: number, from: number, length: number, decays: boolean, scale: number): boolean {
    const { spec, scratch } = this;
    const { api } = this.#kernels;
    const lr = this.#lr;
    const weightDecay = decays ? spec.weightDecay : 0;
    const at = (block: number) => block + 4 * from;
    const { weights, states } = this.#parameters;
    const [first, second] = states as [number, number];
    if (spec.kind === 'sgd') {
      const { momentum, nesterov } = spec;
      const [w, v] = [at(weights), at(first)];
      return api.sgdStep(lr, momentum, nesterov, weightDecay, scale, length, gradient, w, v, scratch);
    }
    const { beta1, beta2, eps, kind } = spec;
    return api.adamStep(
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
      scratch,
    );
  }
}

/** The error of a parameter whose gradient, or the like, `what` names, is not finite. */
export function notFinite(parameter: Parameter, what: string): NonFiniteError {
  const layer = parameter.name.slice(0, parameter.name.lastIndexOf('.'));
  return new NonFiniteError(layer, `${what} ${parameter.name} is not finite`);
}
