/** The normalisation of a convolution's output, as the affine map that the neurons apply while they read. */

import { sizesOf } from '../fields/per.js';
import { type Norm, normKernels } from '../kernels/api.js';
import type { BatchNormSpec } from '../network/spec.js';
import { normKind } from '../norms/index.js';
import type { NormKind, NormTensor } from '../norms/norm.js';
import { numberOf } from './kernelNumber.js';
import type { NetworkKernels } from './networkKernels.js';
import type { Parameter, ParameterSpec, Parameters } from './parameters.js';
import { address, type Pass } from './pass.js';
import type { Buffer, Planner } from './planner.js';

/** Of a step's part of a channel table: the batch's mean and variance begin behind scale and shift. */
const statisticsRow = 2;

/** The sums that neurons leave of a term of their current: addresses of those of g and of g * (y - mean), `[C]`. */
export interface Sums {
  readonly g: number;
  readonly gy: number;
  /** T, or 1 for sums over all time steps. */
  readonly steps: number;
  /** Floats from a step to the next. */
  readonly stride: number;
}

export class NormLayer {
  readonly spec: BatchNormSpec;
  readonly #kernel: Norm;
  readonly #steps: number;
  /** Floats of a step's part of the channel table. */
  readonly #tableStep: number;
  readonly #channels: number;
  readonly #parameters: Parameters;
  readonly #running: Parameters;
  /** The first of what it learns, and of its running statistics; the others lie behind them. */
  readonly #learned: Parameter;
  readonly #statistics: Parameter;
  readonly #statisticsLength: number;
  #scratch: Buffer | null = null;

  /** `threshold`: of the neurons that read the current. */
  constructor(
    kernels: NetworkKernels,
    spec: BatchNormSpec,
    timeSteps: number,
    channels: number,
    threshold: number,
    parameters: Parameters,
    running: Parameters,
  ) {
    const { api, objects } = kernels;
    this.spec = spec;
    this.#steps = timeSteps;
    this.#tableStep = api.channelTableLen(channels);
    this.#channels = channels;
    this.#parameters = parameters;
    this.#running = running;
    const kind = normKind(spec.kind) as NormKind;
    const number = numberOf(normKernels, kind.name);
    this.#kernel = objects.own(new api.Norm(number, timeSteps, channels, ...kind.numbers(spec as never, threshold)));
    const [learned] = kind.learned.map((tensor) => parameters.add(this.#place(tensor)));
    const statistics = kind.running.map((tensor) => running.add(this.#place(tensor)));
    this.#learned = learned as Parameter;
    this.#statistics = statistics[0] as Parameter;
    this.#statisticsLength = statistics.reduce((sum, { length }) => sum + length, 0);
  }

  #place(tensor: NormTensor): ParameterSpec {
    const shape = sizesOf(tensor.per, this.#steps, this.spec.channels);
    const padded = sizesOf(tensor.per, this.#steps, this.#channels);
    const constant = (tensor.name === 'weight' ? this.spec.weight : undefined) ?? tensor.init;
    const common = { layout: 'vector', decays: false, init: { constant } } as const;
    return { ...common, name: `${this.spec.name}.${tensor.name}`, shape, padded };
  }

  /** Time steps of the channel table: T, or 1 where the same holds at all. */
  get tableSteps(): number {
    return this.#kernel.tableSteps;
  }

  plan(planner: Planner, scratchFloats: number, time: number): void {
    this.#scratch = planner.buffer(`${this.spec.name} partial sums`, 4 * scratchFloats, [time, time], null);
  }

  /** Fills the channel table; `rows` of y, the output of `conv`, each standing for `repeats` time steps. */
  forward(pass: Pass, conv: string, y: number, rows: number, repeats: number, table: number): void {
    pass.watch?.layer(this.spec.name);
    const parameters = this.#parameters.weight(this.#learned);
    const running = this.#running.weight(this.#statistics);
    if (pass.mode === 'evaluation') {
      this.#kernel.forwardEval(parameters, running, table);
    } else {
      const scratch = address(pass, this.#scratch as Buffer);
      this.#kernel.forwardTrain(y, rows, repeats, parameters, running, scratch, table);
      this.#checkRows(pass, conv, "its output's mean and variance", table, statisticsRow);
    }
    pass.guard.check(this.spec.name, 'its running mean and variance', running, this.#statisticsLength);
    this.#checkRows(pass, this.spec.name, 'its scale and shift', table, 0);
  }

  /** Two rows of each step's part of the table. */
  #checkRows(pass: Pass, layer: string, what: string, table: number, row: number): void {
    for (let step = 0; step < this.tableSteps; step++) {
      const at = table + 4 * (this.#tableStep * step + row * this.#channels);
      pass.guard.check(layer, what, at, 2 * this.#channels);
    }
  }

  /** Parameter gradients and the table's backward coefficients, from the sums over `count` positions. */
  backward(count: number, { g, gy, steps, stride }: Sums, table: number): void {
    const parameters = this.#parameters.weight(this.#learned);
    const gradients = this.#parameters.gradient(this.#learned);
    this.#kernel.backward(count, parameters, g, gy, steps, stride, gradients, table);
  }
}
