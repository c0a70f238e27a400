/** The engine in the calling thread: one network at a time on this thread's kernels. */
import type { Run } from '../layers/run.js';
import type { Batch } from '../loader/batch.js';
import { requireBatch } from '../loader/requireBatch.js';
import { profile } from '../profile/profile.js';
import type { Profile, ProfileOptions } from '../profile/types.js';
import { trainStep } from '../train/step.js';
import { EngineFailure } from './failure.js';
import type { Kernels } from './kernels.js';
import { Program } from './program.js';
import { requireStep } from './requireStep.js';
import { readState, sha256OfWeights, writeState } from './state.js';
import type { Engine, EvaluationResult, LoadRequest, MemoryPlan, State, StepPosition, StepResult } from './types.js';

const addressSpaceBytes = 4_294_967_296;
/** Left for the module's own data, stacks and the growth of the allocator. */
const reservedBytes = 67_108_864;

export class Session implements Engine {
  readonly threads: number;
  readonly build: 'threads' | 'single';
  readonly #kernels: Kernels;
  readonly #limitBytes: number;
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = () => void this.close();
  #program: Program | null = null;
  #failure: Error | null = null;
  #closed = false;

  constructor(kernels: Kernels, memoryLimit: number | undefined, signal?: AbortSignal) {
    this.#kernels = kernels;
    this.threads = kernels.threads;
    this.build = kernels.build;
    this.#limitBytes = Math.min(memoryLimit ?? Number.POSITIVE_INFINITY, addressSpaceBytes - reservedBytes);
    this.#signal = signal;
    signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  async load(request: LoadRequest): Promise<MemoryPlan> {
    this.#requireOpen();
    return this.#untrapped(() => {
      this.#program?.free();
      this.#program = null;
      const program = new Program(this.#kernels, request, this.#limitBytes);
      program.start(request);
      this.#program = program;
      return program.plan;
    });
  }

  #requireOpen(): void {
    this.#signal?.throwIfAborted();
    const failure = this.#failure ?? this.#kernels.failure();
    if (failure !== null) throw failure;
    if (this.#closed) throw new Error('the engine is closed');
  }

  get #loaded(): Program {
    this.#requireOpen();
    if (this.#program === null) throw new Error('no network is loaded: call load first');
    return this.#program;
  }

  /** For a step: one that breaks off in its middle, whatever the reason, leaves nothing to go on with. */
  #unbroken<T>(step: () => T): T {
    try {
      return step();
    } catch (error) {
      throw this.#fail(error);
    }
  }

  /** For what may be refused: only a trap is the end. */
  async #untrapped<T>(work: () => T | Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw error instanceof WebAssembly.RuntimeError ? this.#fail(error) : error;
    }
  }

  #fail(error: unknown): Error {
    const trapped = error instanceof WebAssembly.RuntimeError;
    // The trap of a panic says only "unreachable".
    const words =
      (trapped && this.#kernels.api.lastPanic()) || (error instanceof Error ? error.message : String(error));
    const what = trapped ? 'the engine trapped' : 'the engine failed in the middle of its work';
    this.#failure = new EngineFailure(`${what}: ${words}`, { cause: error });
    if (trapped) this.#kernels.giveUp(this.#failure, this.#program);
    return this.#failure;
  }

  async trainStep(batch: Batch, position: StepPosition): Promise<StepResult> {
    const program = this.#loaded;
    requireBatch(program.network, batch);
    requireStep(program, batch, position);
    return this.#unbroken(() => trainStep(program, batch, position));
  }

  async evaluateStep(batch: Batch): Promise<EvaluationResult> {
    const program = this.#loaded;
    requireBatch(program.network, batch);
    return this.#unbroken(() => this.#evaluate(program, batch));
  }

  async profile(batch: Batch, options: ProfileOptions = {}): Promise<Profile> {
    const program = this.#loaded;
    requireBatch(program.network, batch);
    if (options.position !== undefined) requireStep(program, batch, options.position);
    return this.#untrapped(() => profile(program, batch, options, () => void this.#evaluate(program, batch)));
  }

  #evaluate(program: Program, batch: Batch): EvaluationResult {
    const { trunk, heads, loss, encoder, training, network, api } = program;
    const main = heads[0] as (typeof heads)[number];
    const spikes: EvaluationResult['spikes'] = {};
    const sum = { lossSum: 0, correct: 0 };
    const logits = new Float32Array(batch.size * network.classes);
    for (let from = 0; from < batch.size; from += training.microBatch) {
      const count = Math.min(training.microBatch, batch.size - from);
      const run: Run = {
        api,
        arena: program.arena,
        mode: 'evaluation',
        batch: count,
        onGradient: null,
        onWeightGradient: null,
        watch: program.watch,
        onSpikes(layer, address, words) {
          const { steps, height, width, trueChannels } = trunk.value(layer);
          const before = spikes[layer] ?? { fired: 0, total: 0 };
          spikes[layer] = {
            fired: before.fired + api.countSpikes(address, words),
            total: before.total + steps * count * height * width * trueChannels,
          };
        },
      };
      const labels = encoder.encode(run, batch, from, 0);
      trunk.forward(run);
      const at = loss.logits(run, 0);
      main.forward(run, at);
      const view = new Float32Array(this.#kernels.memory.buffer, at, count * network.classes);
      logits.set(view, from * network.classes);
      const outcome = loss.judge(run, labels);
      sum.lossSum += outcome.loss;
      sum.correct += outcome.correct;
    }
    return { ...sum, logits, spikes };
  }

  async readState(): Promise<State> {
    const program = this.#loaded;
    return this.#untrapped(() => readState(program));
  }

  async writeState(state: State): Promise<void> {
    const program = this.#loaded;
    await this.#untrapped(() => writeState(program, state));
  }

  async weightsSha256(): Promise<string> {
    const program = this.#loaded;
    return this.#untrapped(() => sha256OfWeights(program));
  }

  async wasmSha256(): Promise<string> {
    return this.#kernels.wasmSha256();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#signal?.removeEventListener('abort', this.#onAbort);
    if (this.#kernels.failure() === null) this.#program?.free();
    else this.#kernels.giveUp(this.#kernels.failure() as Error, this.#program);
    this.#program = null;
    await this.#kernels.close();
  }
}
