/** Statistics of gradients, taken by the kernels while a step runs. */
import type { Kernels } from '../kernels/kernels.js';
import type { Buffer, Planner } from '../layers/planner.js';
import { address, type Run, type TapGradient } from '../layers/run.js';
import type { GradientStats } from './metrics.js';

export class Probe {
  readonly #kernels: Kernels;
  readonly #scratch: Buffer;
  readonly #result: Buffer;

  /** `longest`: floats of the largest tensor that will be described. */
  constructor(kernels: Kernels, planner: Planner, longest: number) {
    this.#kernels = kernels;
    this.#scratch = planner.permanent('gradient statistics scratch', 8 * kernels.api.describeScratchLen(longest));
    this.#result = planner.permanent('gradient statistics', 8 * kernels.api.descriptionLen());
  }

  /** Of `length` floats, of which `count` belong to the tensor and the rest is padding that is zero. */
  describe(run: Run, at: number, length: number, count: number): GradientStats {
    const result = address(run, this.#result);
    run.api.describe(at, length, address(run, this.#scratch), result);
    return this.#read(result, length, count);
  }

  describeTap(run: Run, steps: number, gradient: TapGradient, trueChannels: number): GradientStats {
    const { address: at, dense, inject, pixels, channels } = gradient;
    const result = address(run, this.#result);
    run.api.describeTap(at, steps, run.batch, pixels, channels, dense, inject, address(run, this.#scratch), result);
    const rows = steps * run.batch * pixels;
    return this.#read(result, rows * channels, rows * trueChannels);
  }

  #read(at: number, length: number, count: number): GradientStats {
    const { api, memory } = this.#kernels;
    const values = [...new Float64Array(memory.buffer, at, api.descriptionLen())];
    const [squares, zeros] = values as [number, number];
    const bins = (values.length - 2) / 2;
    return {
      norm: Math.sqrt(squares),
      zeroShare: count === 0 ? 0 : (zeros - (length - count)) / count,
      count,
      histogram: {
        minExponent: api.minExponent(),
        positive: values.slice(2, 2 + bins),
        negative: values.slice(2 + bins),
      },
    };
  }

  /** L2 norm of `length` floats. */
  norm(run: Run, at: number, length: number): number {
    return Math.sqrt(run.api.sumOfSquares(at, length, address(run, this.#scratch)));
  }
}
