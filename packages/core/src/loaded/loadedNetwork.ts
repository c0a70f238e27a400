/** A loaded network: its layers, parameters and buffers, all at their addresses. */
import { Encoder } from '../encode/encoder.js';
import type { LoadRequest, MemoryPlan } from '../engine/types.js';
import { withoutShortcutHeads } from '../heads/heads.js';
import { ReadOut } from '../heads/readOut.js';
import type { ExactMath } from '../kernels/exactMath.js';
import type { Api, Kernels } from '../kernels/kernels.js';
import { Guard } from '../layers/guard.js';
import { kernelsOfNetwork, type NetworkKernels } from '../layers/networkKernels.js';
import { type Parameter, Parameters } from '../layers/parameters.js';
import { evaluationStep, type Pass, type TapGradient, type Watch } from '../layers/pass.js';
import { type Buffer, type Mode, Planner } from '../layers/planner.js';
import { Trunk } from '../layers/trunk.js';
import type { Value } from '../layers/value.js';
import { countOf } from '../layers/weightLayout.js';
import type { KernelUser } from '../layers/work.js';
import { HeadsLoss } from '../losses/headsLoss.js';
import { stepsOfLoss } from '../losses/index.js';
import { requireAddressable } from '../memory/addressable.js';
import { mebibytes } from '../memory/memoryLimit.js';
import type { GradientStats } from '../metrics/metrics.js';
import { Probe } from '../metrics/probe.js';
import { normOfOneValue } from '../network/oneValue.js';
import { framesOf } from '../network/shapes.js';
import type { NetworkSpec } from '../network/spec.js';
import { WeightAverage } from '../optim/average.js';
import { Optimizer } from '../optim/optimizer.js';
import { RatePenalty } from '../penalties/ratePenalty.js';
import type { TrainingOptions } from '../train/options.js';
import { describePlan } from './describePlan.js';

export class LoadedNetwork {
  readonly api: Api;
  readonly kernels: NetworkKernels;
  readonly network: NetworkSpec;
  readonly training: TrainingOptions;
  readonly math: ExactMath;
  readonly parameters: Parameters;
  /** Running means and variances of the normalisations. */
  readonly running = new Parameters();
  readonly trunk: Trunk;
  readonly heads: ReadOut[];
  readonly encoder: Encoder;
  readonly loss: HeadsLoss;
  /** Null: the training has none, or there is no training. */
  readonly penalty: RatePenalty | null;
  readonly optimizer: Optimizer;
  /** Null: there is none, or no training. */
  readonly average: WeightAverage | null;
  readonly guard: Guard;
  readonly plan: MemoryPlan;
  /** Loaded for inference alone: nothing here can be trained, and there are no shortcut heads. */
  readonly inference: boolean;
  /** A normalisation that needs two images or more; null: none does. */
  readonly normOfOneValue: string | null;
  /** Follows the passes of a profile. */
  watch: Watch | null = null;
  /** Address of everything below. */
  arena = 0;
  readonly #planner: Planner;
  /** Whether the channel tables of inference are those of the weights and running statistics. */
  #isFolded = false;
  readonly #probe: Probe;
  readonly #blocks: {
    weights: Buffer;
    gradients: Buffer;
    running: Buffer;
    sums: Buffer;
    plain: Buffer;
    states: Buffer[];
    average: Buffer | null;
  };

  /** Makes the plan; takes no memory. @throws TooLargeError */
  constructor(shared: Kernels, request: LoadRequest, limitBytes: number) {
    const { training, inference = false } = request;
    const network = inference ? withoutShortcutHeads(request.network) : request.network;
    requireAddressable(network, training.microBatch, shared.threads);
    const kernels = kernelsOfNetwork(shared);
    this.kernels = kernels;
    this.api = kernels.api;
    this.network = network;
    this.inference = inference;
    this.training = training;
    this.parameters = new Parameters(training.optimizer);
    this.math = { exp: this.api.exactExp, log: this.api.exactLog, cos: this.api.exactCos };
    this.guard = new Guard(kernels.views);
    this.normOfOneValue = normOfOneValue(network, training.encode);
    const batch = training.microBatch;
    const planner = new Planner({ inference });
    this.#planner = planner;
    this.trunk = new Trunk(kernels, network, training, this.parameters, this.running);
    const lossSteps = stepsOfLoss(training.loss, network.timeSteps);
    this.heads = network.heads.map(
      (head) => new ReadOut(kernels, head, this.trunk.value(head.tap), network.classes, lossSteps, this.parameters),
    );
    this.optimizer = new Optimizer(kernels, training.optimizer, this.parameters);
    // Clipping needs the norm of the whole gradient, micro-batches add theirs up.
    this.parameters.place(training.clipNorm > 0 || training.microBatch < training.batchSize);
    this.running.place(true);
    const { ema } = training;
    this.average =
      ema === undefined || inference ? null : new WeightAverage(kernels, ema, [this.parameters, this.running]);
    const bytes = 4 * this.parameters.length;
    this.#blocks = {
      weights: planner.permanent('parameters', bytes),
      gradients: planner.permanentInTraining('parameter gradients', 4 * this.parameters.gradientLength),
      states: this.optimizerStates.map((name) => planner.permanentInTraining(`optimizer ${name}`, bytes)),
      average: this.average === null ? null : planner.permanent('optimizer average', this.average.bytes),
      sums: planner.permanentInTraining('sums of updates', 8 * this.api.updateScratchLen(this.parameters.length)),
      running: planner.permanent('running statistics', 4 * this.running.length),
      plain: planner.betweenSteps('a parameter as files have it', this.parameters.plainBytes),
    };
    this.encoder = new Encoder(kernels, this.trunk.input, framesOf(network), training, planner, batch);
    for (const head of this.heads) head.plan(planner, batch);
    const { penalty } = training;
    this.penalty = penalty && !inference ? new RatePenalty(kernels, penalty, this.trunk.spikes) : null;
    this.penalty?.plan(planner, batch);
    this.loss = new HeadsLoss(kernels, this.heads.length, network.classes, lossSteps, training, planner, batch);
    this.#probe = new Probe(kernels, planner, Math.max(this.parameters.length, longestTap(this.trunk, network, batch)));
    kernels.objects.prepare(batch);
    this.trunk.plan(planner, batch, {
      training: new Set([
        ...network.heads.map(({ tap }) => tap),
        ...(this.penalty === null ? [] : this.trunk.spikes.map(({ name }) => name)),
      ]),
      evaluation: new Set(network.heads.slice(0, 1).map((head) => head.tap)),
    });
    this.plan = describePlan(planner, limitBytes);
  }

  /** Reserves the memory and fills it. */
  start(request: LoadRequest): void {
    const { totalBytes } = this.plan;
    this.arena = this.kernels.memory.reserve(totalBytes);
    if (this.arena === 0) {
      this.free();
      throw new Error(
        `the host gives no ${mebibytes(totalBytes)} (${totalBytes} bytes) of memory for ${this.network.name}: close other ` +
          'engines and programs, or take a smaller batch (`batchSize`) or micro-batch (`microBatch`)',
      );
    }
    this.prepare(this.training.batchSize);
    const { mode } = this.#planner;
    const at = (buffer: Buffer) => this.arena + buffer.offsets[mode];
    this.parameters.weights = at(this.#blocks.weights);
    this.parameters.gradients = at(this.#blocks.gradients);
    this.parameters.states = this.#blocks.states.map(at);
    this.optimizer.scratch = at(this.#blocks.sums);
    this.running.weights = at(this.#blocks.running);
    this.parameters.plain = at(this.#blocks.plain);
    this.running.plain = at(this.#blocks.plain);
    this.encoder.setNormalisation(this.arena, request.mean, request.std);
    this.parameters.initialise(this.kernels, this.training.seed);
    this.running.initialise(this.kernels, this.training.seed);
    if (this.#blocks.average !== null) this.average?.placeAt(at(this.#blocks.average));
    this.average?.restart();
  }

  /** Does `work`, a pass of evaluation, with the weights that answer: their average, where there is one. */
  answering<T>(work: () => T): T {
    return this.average === null ? work() : this.average.inPlace(work);
  }

  /** The optimiser's tensors of each parameter. */
  get optimizerStates(): string[] {
    return this.inference ? [] : Optimizer.stateNames(this.training.optimizer);
  }

  /** To be called when weights or running statistics are other ones. */
  changed(): void {
    this.#isFolded = false;
  }

  /**
   * Before a pass of inference: makes the channel tables from the running statistics, unless they are there. They are the
   * tables that an evaluation makes in every pass, so the currents have its bits; multiplied into the weights of the
   * convolutions, the scales would round other sums.
   * @throws NonFiniteError
   */
  fold(): void {
    if (!this.inference || this.#isFolded) return;
    this.trunk.fold(this.#pass('evaluation'));
    this.#isFolded = true;
  }

  /** Before the passes of a batch: makes the kernel objects for its parts. Those of the planned batch are there. */
  prepare(images: number): void {
    const { microBatch } = this.training;
    this.kernels.objects.prepare(Math.min(images, microBatch));
    if (images > microBatch && images % microBatch > 0) this.kernels.objects.prepare(images % microBatch);
  }

  /** Address of the numbers that the images of a pass have in their data set. */
  get samples(): number {
    return this.arena + this.encoder.samplesOffset;
  }

  /** Whoever calls kernels in a step, and knows what they have to do. */
  get kernelUsers(): KernelUser[] {
    const penalty = this.penalty === null ? [] : [this.penalty];
    return [...this.trunk.kernelUsers, ...this.heads, ...penalty, this.encoder, this.optimizer];
  }

  /** Gives everything back: the arena, if there is one, and the kernel objects. */
  free(): void {
    this.kernels.objects.free();
    if (this.arena !== 0) this.kernels.memory.release(this.arena, this.plan.totalBytes);
    this.arena = 0;
  }

  /** L2 norm of the whole gradient; `described`: of the parameters, where not all gradients are kept. */
  gradientNorm(described: Record<string, GradientStats> | null): number {
    const { parameters } = this;
    if (parameters.passingLength === 0) {
      return this.norm(parameters.gradients, parameters.gradientLength);
    }
    if (described === null) throw new Error('not all gradients are kept: their norm is known in probe steps only');
    return Math.sqrt(Object.values(described).reduce((sum, { norm }) => sum + norm * norm, 0));
  }

  /** L2 norm of at most as many floats as there are parameters. */
  norm(at: number, length: number): number {
    return this.#probe.norm(this.#pass('training'), at, length);
  }

  /** A listener that describes the gradient at each tap as the backward pass comes by. */
  describeTaps(into: Record<string, GradientStats>, pass: () => Pass): (layer: string, gradient: TapGradient) => void {
    const values = new Map<string, Value>(Object.values(this.network.taps).map((l) => [l, this.trunk.value(l)]));
    return (layer, gradient) => {
      const value = values.get(layer);
      if (value !== undefined) into[layer] = this.#probe.describeTap(pass(), value.steps, gradient, value.trueChannels);
    };
  }

  /** A listener that appends each layer's spikes to what there is of it. */
  copySpikes(into: Record<string, Uint32Array>): (layer: string, address: number, words: number) => void {
    return (layer, address, words) => {
      const before = into[layer] ?? new Uint32Array();
      const all = new Uint32Array(before.length + words);
      all.set(before);
      all.set(new Uint32Array(this.kernels.memory.buffer, address, words), before.length);
      into[layer] = all;
    };
  }

  /** From LIF layers, last first as the backward pass meets them, to tap names in network order. */
  inNetworkOrder(byLayer: Record<string, GradientStats>): Record<string, GradientStats> {
    const taps = Object.entries(this.network.taps).flatMap(([tap, layer]) => {
      const stats = byLayer[layer];
      return stats === undefined ? [] : [[tap, stats] as const];
    });
    return Object.fromEntries(taps);
  }

  describeWeight(parameter: Parameter, gradient: number): GradientStats {
    const weightNorm = this.norm(this.parameters.weight(parameter), parameter.length);
    return {
      ...this.#probe.describe(this.#pass('training'), gradient, parameter.length, countOf(parameter)),
      weightNorm,
    };
  }

  /** Of all parameters in network order; `passed`: what is known of those whose gradients are not kept. */
  describeWeights(passed: ReadonlyMap<Parameter, GradientStats>): Record<string, GradientStats> {
    const { parameters } = this;
    const of = (p: Parameter) => passed.get(p) ?? this.describeWeight(p, parameters.gradient(p));
    return Object.fromEntries(parameters.list.map((p) => [p.name, of(p)]));
  }

  #pass(mode: Mode): Pass {
    const { api, arena } = this;
    return {
      api,
      arena,
      mode,
      folded: false,
      batch: this.training.microBatch,
      samples: this.samples,
      step: evaluationStep,
      onSpikes: null,
      onGradient: null,
      onWeightGradient: null,
      guard: this.guard,
      watch: null,
    };
  }
}

/** Floats of the largest gradient that a probe describes. */
function longestTap(trunk: Trunk, network: NetworkSpec, batch: number): number {
  const values = Object.values(network.taps).map((layer) => trunk.value(layer));
  return Math.max(0, ...values.map((s) => s.steps * batch * s.height * s.width * s.channels));
}
