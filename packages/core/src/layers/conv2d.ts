/**
 * A convolution or a fully connected layer with the layers behind it up to the LIF: its normalisation or its bias. Together they are one term of a
 * membrane current, scale * y + shift, of which only y is kept in memory.
 */

import type { Conv2d } from '../kernels/api.js';
import { windowCount } from '../network/shapes.js';
import type { BatchNormSpec, WeightSpec } from '../network/spec.js';
import { convolutionWork } from './convolutionWork.js';
import { geometryOf, lengthsOf } from './geometry.js';
import { enterGradient } from './gradient.js';
import type { PerBatch } from './kernelObjects.js';
import type { NetworkKernels } from './networkKernels.js';
import { NormLayer, type Sums } from './norm.js';
import type { Parameter, Parameters } from './parameters.js';
import { address, eachPlane, type Pass } from './pass.js';
import type { Buffer, Planner, Span } from './planner.js';
import { dataOf, padChannels, type Value } from './value.js';
import type { KernelCalls, KernelUser, Work } from './work.js';

/** Memory that a kernel works in. */
interface Scratch {
  list: Buffer;
  floats: Buffer;
}

export class Conv2dLayer implements KernelUser {
  readonly source: Value;
  readonly steps: number;
  readonly height: number;
  readonly width: number;
  readonly trueChannels: number;
  readonly channels: number;
  readonly spec: WeightSpec;
  /** Places of its kernel. */
  readonly taps: number;
  readonly #timeSteps: number;
  readonly #parameters: Parameters;
  readonly #weight: Parameter;
  readonly #bias: Parameter | null;
  readonly norm: NormLayer | null;
  readonly #sizes: PerBatch<Conv2d>;
  /** Of what so many images or fewer need. */
  readonly #lengths: (batch: number) => ReturnType<typeof lengthsOf>;
  readonly #kernels: NetworkKernels;
  #buffers!: Record<'y' | 'table' | 'dy', Buffer> & {
    /** Only for a source that is not spikes. */
    bordered: Buffer | null;
    /** Where the gradient of the weights is not kept. */
    dw: Buffer | null;
    forward: Scratch;
    backwardWeights: Scratch;
    backwardInput: Scratch;
  };
  /** Whether the source's gradient already holds something when this layer's backward pass comes. */
  accumulates = false;
  #gradientSteps: number;

  /** `source`, `pixels`: of a fully connected layer, a value of one pixel, and those of the map that it was made of. */
  constructor(
    kernels: NetworkKernels,
    spec: WeightSpec,
    norm: BatchNormSpec | null,
    { value: source, pixels }: { value: Value; pixels: number },
    timeSteps: number,
    threshold: number,
    parameters: Parameters,
    running: Parameters,
  ) {
    const geometry = geometryOf(spec, source, pixels);
    const { kernel, stride, padding, outChannels } = geometry;
    this.source = source;
    this.taps = kernel * kernel;
    this.steps = source.steps;
    this.height = windowCount(source.height, kernel, stride, padding);
    this.width = windowCount(source.width, kernel, stride, padding);
    this.trueChannels = outChannels;
    this.channels = padChannels(outChannels);
    this.#kernels = kernels;
    this.spec = spec;
    this.#timeSteps = timeSteps;
    this.#gradientSteps = timeSteps;
    this.#parameters = parameters;
    const channels = [source.channels, this.channels] as const;
    this.#sizes = kernels.objects.perBatch(
      (batch) => new kernels.api.Conv2d(...geometry.source(this.steps * batch), ...channels, kernel, stride, padding),
    );
    this.#lengths = (batch) => lengthsOf(kernels, geometry, this.steps * batch, channels);
    this.#weight = parameters.add({
      name: `${spec.name}.weight`,
      decays: true,
      ...geometry.weight,
    });
    this.#bias = spec.bias
      ? parameters.add({
          name: `${spec.name}.bias`,
          shape: [outChannels],
          layout: 'vector',
          decays: false,
          init: { constant: 0 },
          padded: [this.channels],
        })
      : null;
    this.norm =
      norm === null ? null : new NormLayer(kernels, norm, timeSteps, this.channels, threshold, parameters, running);
  }

  /**
   * Declares the buffers for at most `batch` images. The backward pass begins at the moment `backward` with the output's
   * gradient, made of the current's, which has `gradientSteps`; then come the input's and the weights'.
   */
  plan(planner: Planner, batch: number, forward: number, backward: number, gradientSteps: number): void {
    const { name } = this.spec;
    this.#gradientSteps = gradientSteps;
    const size = this.#lengths(batch);
    const dense = this.source.kind === 'current';
    const rows = this.steps * batch * this.height * this.width;
    const [atInput, atWeights] = [backward + 1, backward + 2];
    const whole = [forward, backward] as const;
    const evaluation = [forward, forward] as const;
    const scratch = (use: string, time: number, words = 0, floats = 0, other: Span = null) => ({
      list: planner.buffer(`${name} ${use} list`, 4 * words, [time, time], other),
      floats: planner.buffer(`${name} ${use} scratch`, 4 * floats, [time, time], other),
    });
    const kept = this.#parameters.keepsGradient(this.#weight);
    const { wantsGradient } = this.source;
    this.#buffers = {
      y: planner.buffer(`${name} output`, 4 * rows * this.channels, whole, evaluation),
      table: planner.table(
        `${name} channels`,
        4 * this.tableSteps * this.#kernels.api.channelTableLen(this.channels),
        whole,
        evaluation,
      ),
      bordered: dense ? planner.buffer(`${name} input`, 4 * size.borderedLen, [forward, atWeights], evaluation) : null,
      dy: planner.buffer(`${name} output gradient`, 4 * size.gradientLen, [backward, atWeights], null),
      dw: kept
        ? null
        : planner.buffer(`${name} weight gradient`, 4 * this.#weight.length, [atWeights, atWeights], null),
      forward: dense
        ? scratch('forward', forward, 0, size.tiledLen, evaluation)
        : scratch('forward', forward, size.forwardWords, size.forwardFloats, evaluation),
      backwardWeights: dense
        ? scratch('weight gradient', atWeights)
        : scratch('weight gradient', atWeights, size.backwardWeightsWords, size.backwardWeightsFloats),
      backwardInput: wantsGradient
        ? scratch('input gradient', atInput, size.backwardInputWords, size.backwardInputFloats)
        : scratch('input gradient', atInput),
    };
    this.norm?.plan(planner, this.#kernels.api.normScratchLen(rows, this.channels), forward);
    if (wantsGradient) this.accumulates = enterGradient(planner, this.source, batch, atInput);
  }

  get yBuffer(): Buffer {
    return this.#buffers.y;
  }

  get tableBuffer(): Buffer {
    return this.#buffers.table;
  }

  /** T where the term's map is another one at each time step, else 1. */
  get tableSteps(): number {
    return this.norm?.tableSteps ?? 1;
  }

  get names(): string[] {
    return [this.spec.name, ...(this.norm === null ? [] : [this.norm.spec.name])];
  }

  work(call: KernelCalls): Work {
    return convolutionWork(this, this.#gradientSteps, call);
  }

  forward(pass: Pass): void {
    pass.watch?.layer(this.spec.name);
    const kernel = this.#sizes.for(pass.batch);
    const weight = this.#parameters.weight(this.#weight);
    const y = address(pass, this.#buffers.y);
    const list = address(pass, this.#buffers.forward.list);
    const floats = address(pass, this.#buffers.forward.floats);
    if (this.#buffers.bordered === null) {
      eachPlane(pass, this.source, (spikes, planeWeight, accumulate) => {
        if (planeWeight === null) kernel.forward(spikes, weight, list, floats, y);
        else kernel.forwardPlane(spikes, planeWeight, weight, list, floats, accumulate, y);
      });
    } else {
      const bordered = address(pass, this.#buffers.bordered);
      kernel.addBorder(address(pass, dataOf(this.source)), bordered);
      kernel.forwardDense(bordered, weight, floats, y);
    }
    if (!pass.folded) this.fillTable(pass);
  }

  /** Makes the term's map: from the batch's output in training, else from what is loaded alone. */
  fillTable(pass: Pass): void {
    const table = address(pass, this.#buffers.table);
    if (this.norm === null) {
      const bias = this.#bias === null ? 0 : this.#parameters.weight(this.#bias);
      pass.api.biasTable(this.channels, bias, table);
      if (bias !== 0) pass.guard.check(this.spec.name, 'its bias', bias, this.channels);
    } else {
      const y = address(pass, this.#buffers.y);
      const rows = this.steps * pass.batch * this.height * this.width;
      this.norm.forward(pass, this.spec.name, y, rows, this.#timeSteps / this.steps, table);
    }
  }

  /** From g = dL/dcurrent [gradientSteps, B, H, W, C] and its sums: parameter gradients, and the source's gradient. */
  backward(pass: Pass, g: number, sums: Sums): void {
    const kernel = this.#sizes.for(pass.batch);
    const { api } = pass;
    pass.watch?.layer((this.norm ?? this).spec.name);
    const y = address(pass, this.#buffers.y);
    const table = address(pass, this.#buffers.table);
    const dy = address(pass, this.#buffers.dy);
    if (this.norm !== null) {
      const count = this.#gradientSteps * pass.batch * this.height * this.width;
      this.norm.backward(count, sums, table);
    } else if (this.#bias !== null) {
      const gradient = this.#parameters.gradient(this.#bias);
      for (let t = 0; t < sums.steps; t++) api.accumulate(sums.g + 4 * sums.stride * t, gradient, this.channels);
    }
    const { height, width, channels, steps, tableSteps } = this;
    const { border } = kernel;
    const gSteps = this.#gradientSteps;
    api.backwardApply(gSteps, pass.batch, height, width, channels, steps, border, g, y, table, tableSteps, dy);
    pass.watch?.layer(this.spec.name);
    if (this.source.wantsGradient) this.#backwardInput(pass, dy);
    this.#backwardWeights(pass, dy);
  }

  #backwardInput(pass: Pass, dy: number): void {
    const weight = this.#parameters.weight(this.#weight);
    const { active, gradient } = this.source;
    const asked = active === null || pass.onGradient !== null ? 0 : address(pass, active);
    const dx = address(pass, gradient as Buffer);
    const { list, floats } = this.#buffers.backwardInput;
    const kernel = this.#sizes.for(pass.batch);
    kernel.backwardInput(dy, weight, asked, address(pass, list), address(pass, floats), this.accumulates, dx);
  }

  #backwardWeights(pass: Pass, dy: number): void {
    const weight = this.#weight;
    const { bordered, dw: passing } = this.#buffers;
    const dw = passing === null ? this.#parameters.gradient(weight) : address(pass, passing);
    if (passing !== null) {
      pass.watch?.layer('optimizer');
      pass.api.zero(dw, weight.length);
      pass.watch?.layer(this.spec.name);
    }
    const kernel = this.#sizes.for(pass.batch);
    if (bordered === null) {
      const list = address(pass, this.#buffers.backwardWeights.list);
      const floats = address(pass, this.#buffers.backwardWeights.floats);
      eachPlane(pass, this.source, (spikes, planeWeight) => {
        if (planeWeight === null) kernel.backwardWeights(spikes, dy, list, floats, dw);
        else kernel.backwardWeightsPlane(spikes, planeWeight, dy, list, floats, dw);
      });
    } else {
      kernel.backwardWeightsDense(address(pass, bordered), dy, dw);
    }
    if (passing !== null) {
      pass.watch?.layer('optimizer');
      pass.onWeightGradient?.(weight, dw);
    }
  }
}
