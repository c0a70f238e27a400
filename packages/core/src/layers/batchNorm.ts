/** Batch normalisation of a convolution's output, as the affine map that the LIF applies while it reads. */
import type { BatchNorm } from '../kernels/api.js';
import type { BatchNormSpec } from '../network/spec.js';
import type { Parameter, Parameters } from './parameters.js';
import type { Buffer, Planner } from './planner.js';
import { address, type Run } from './run.js';

/** The row of a channel table at which the batch's mean and variance begin, behind scale and shift. */
const statisticsRow = 2;

export class BatchNormLayer {
  readonly spec: BatchNormSpec;
  readonly #channels: number;
  readonly #parameters: Parameters;
  readonly #running: Parameters;
  readonly #gamma: Parameter;
  readonly #mean: Parameter;
  #kernel: BatchNorm | null = null;
  #scratch: Buffer | null = null;

  constructor(spec: BatchNormSpec, channels: number, parameters: Parameters, running: Parameters) {
    this.spec = spec;
    this.#channels = channels;
    this.#parameters = parameters;
    this.#running = running;
    const vector = { shape: [spec.channels], layout: 'vector', decays: false, padded: [channels] } as const;
    this.#gamma = parameters.add({ ...vector, name: `${spec.name}.weight`, init: { constant: 1 } });
    parameters.add({ ...vector, name: `${spec.name}.bias`, init: { constant: 0 } });
    this.#mean = running.add({ ...vector, name: `${spec.name}.running_mean`, init: { constant: 0 } });
    running.add({ ...vector, name: `${spec.name}.running_var`, init: { constant: 1 } });
  }

  plan(planner: Planner, scratchFloats: number, time: number): void {
    this.#scratch = planner.buffer(`${this.spec.name} partial sums`, 4 * scratchFloats, [time, time], null);
  }

  /** Fills the channel table; `rows` of y, the output of `conv`, each standing for `repeats` time steps. */
  forward(run: Run, conv: string, y: number, rows: number, repeats: number, table: number): void {
    run.watch?.layer(this.spec.name);
    const parameters = this.#parameters.weight(this.#gamma);
    const running = this.#running.weight(this.#mean);
    if (run.mode === 'evaluation') {
      this.#kernelFor(run).forwardEval(parameters, running, table);
    } else {
      const scratch = address(run, this.#scratch as Buffer);
      this.#kernelFor(run).forwardTrain(y, rows, repeats, parameters, running, scratch, table);
      const statistics = table + 4 * statisticsRow * this.#channels;
      run.guard.check(conv, "its output's mean and variance", statistics, 2 * this.#channels);
    }
    run.guard.check(this.spec.name, 'its running mean and variance', running, 2 * this.#channels);
    run.guard.check(this.spec.name, 'its scale and shift', table, 2 * this.#channels);
  }

  /** Parameter gradients and the table's backward coefficients, from the sums over `count` positions. */
  backward(run: Run, count: number, sumG: number, sumGy: number, table: number): void {
    const parameters = this.#parameters.weight(this.#gamma);
    const gradients = this.#parameters.gradient(this.#gamma);
    this.#kernelFor(run).backward(count, parameters, sumG, sumGy, gradients, table);
  }

  #kernelFor(run: Run): BatchNorm {
    this.#kernel ??= new run.api.BatchNorm(this.#channels, this.spec.eps, this.spec.momentum);
    return this.#kernel;
  }
}
