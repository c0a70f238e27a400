/** Statistics of gradients, taken by the kernels while a step runs. */
import type { Kernels } from '../kernels/kernels.js';
import { address, type Pass, type TapGradient } from '../layers/pass.js';
import type { Buffer, Planner } from '../layers/planner.js';
import type { GradientStats } from './metrics.js';

export class Probe {
  readonly #kernels: Kernels;
  readonly #scratch: Buffer;
  readonly #result: Buffer;

  /** `longest`: floats of the largest tensor that will be described. */
  constructor(kernels: Kernels, planner: Planner, longest: number) {
    this.#kernels = kernels;
    this.#scratch = planner.permanentInTraining(
      'gradient statistics scratch',
      8 * kernels.api.describeScratchLen(longest),
    );
    this.#result = planner.permanentInTraining('gradient statistics', 8 * kernels.api.descriptionLen());
  }

  /** Of `length` floats, of which `count` belong to the tensor and the rest is padding that is zero. */
  describe(pass: Pass, at: number, length: number, count: number): GradientStats {
    const result = address(pass, this.#result);
    pass.api.describe(at, length, address(pass, this.#scratch), result);
    return this.#read(result, length, count);
  }

  describeTap(pass: Pass, steps: number, gradient: TapGradient, trueChannels: number): GradientStats {
    const { address: at, dense, inject, pixels, channels } = gradient;
    const result = address(pass, this.#result);
    pass.api.describeTap(at, steps, pass.batch, pixels, channels, dense, inject, address(pass, this.#scratch), result);
    const rows = steps * pass.batch * pixels;
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
  norm(pass: Pass, at: number, length: number): number {
    return Math.sqrt(pass.api.sumOfSquares(at, length, address(pass, this.#scratch)));
  }
}
