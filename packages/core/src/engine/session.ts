/** The engine in the calling thread: one network at a time on this thread's kernels. */

import type { Kernels } from '../kernels/kernels.js';
import { NonFiniteError } from '../layers/guard.js';
import type { Run } from '../layers/run.js';
import type { Batch } from '../loader/batch.js';
import { requireBatch } from '../loader/requireBatch.js';
import { type MemoryLimit, memoryLimit } from '../memory/memoryLimit.js';
import { fittingProgram, memoryRoom } from '../memory/room.js';
import { profile } from '../profile/profile.js';
import type { Profile, ProfileOptions } from '../profile/types.js';
import type { Program } from '../program/program.js';
import { requireSound } from '../program/request.js';
import { requireStep } from '../program/requireStep.js';
import { readState, sha256OfWeights, writeState } from '../program/state.js';
import { gradientsInWords, requireFiniteLoss } from '../train/diagnosis.js';
import { trainStep } from '../train/step.js';
import { EngineFailure } from './failure.js';
import type { BareEngine } from './sharedEngine.js';
import type {
  EvaluationResult,
  LoadRequest,
  MemoryPlan,
  MemoryRoom,
  State,
  StepPosition,
  StepResult,
} from './types.js';

export class Session implements BareEngine {
  readonly threads: number;
  readonly build: 'threads' | 'single';
  readonly #kernels: Kernels;
  readonly #limit: MemoryLimit;
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = () => void this.end(this.#signal?.reason);
  #program: Program | null = null;
  /** Why the loaded network's numbers are worth nothing: a step met some that are not finite. */
  #spoilt: string | null = null;
  readonly #over = new AbortController();
  #closed = false;

  constructor(kernels: Kernels, asked: number | undefined, signal?: AbortSignal) {
    this.#kernels = kernels;
    this.threads = kernels.threads;
    this.build = kernels.build;
    this.#limit = memoryLimit(kernels, asked);
    this.#signal = signal;
    signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  async load(request: LoadRequest): Promise<MemoryPlan> {
    this.#requireOpen();
    requireSound(request);
    return this.#untrapped(() => {
      this.#program?.free();
      this.#program = null;
      this.#spoilt = null;
      const program = fittingProgram(this.#kernels, request, this.#limit);
      program.start(request);
      this.#program = program;
      return program.plan;
    });
  }

  get ended(): AbortSignal {
    return this.#over.signal;
  }

  #requireOpen(): void {
    this.ended.throwIfAborted();
    const failure = this.#kernels.failure();
    if (failure !== null) throw failure;
  }

  async memoryRoom(request: LoadRequest): Promise<MemoryRoom> {
    this.#requireOpen();
    requireSound(request);
    return this.#untrapped(() => memoryRoom(this.#kernels, request, this.#limit));
  }

  get #loaded(): Program {
    this.#requireOpen();
    if (this.#program === null) throw new Error('no network is loaded: call load first');
    return this.#program;
  }

  /** So that no checkpoint is made of a step that failed halfway. */
  get #whole(): Program {
    const program = this.#loaded;
    if (this.#spoilt === null) return program;
    throw new Error(`a training step failed (${this.#spoilt}): load the network again or write a state first`);
  }

  /**
   * For a step: one that breaks off in its middle, whatever the reason, leaves nothing to go on with. Only one that met
   * numbers which are not finite ended in an orderly way: a state that is written makes the engine whole.
   */
  #unbroken<T>(step: () => T): T {
    try {
      return step();
    } catch (error) {
      throw error instanceof NonFiniteError ? error : this.#fail(error);
    }
  }

  /** For calls that may be refused: only a trap is the end. */
  async #untrapped<T>(work: () => T | Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.#kernels.trapOf(error) !== null ? this.#fail(error) : error;
    }
  }

  #fail(error: unknown): Error {
    const trap = this.#kernels.trapOf(error);
    const trapped = trap !== null;
    const words = trap ?? (error instanceof Error ? error.message : String(error));
    const what = trapped ? 'the engine trapped' : 'the engine failed in the middle of its work';
    const failure = new EngineFailure(`${what}: ${words}`, { cause: error });
    if (trapped) this.#kernels.giveUp(failure, this.#program);
    this.#over.abort(failure);
    return failure;
  }

  async trainStep(batch: Batch, position: StepPosition): Promise<StepResult> {
    const program = this.#whole;
    requireBatch(program.network, batch);
    const place = requireStep(program, batch, position);
    try {
      return this.#unbroken(() => trainStep(program, batch, place));
    } catch (error) {
      if (!(error instanceof NonFiniteError)) throw error;
      this.#spoilt = error.message;
      throw new NonFiniteError(error.layer, error.finding, gradientsInWords(program));
    }
  }

  async evaluateStep(batch: Batch): Promise<EvaluationResult> {
    const program = this.#whole;
    requireBatch(program.network, batch);
    return this.#unbroken(() => this.#evaluate(program, batch));
  }

  async profile(batch: Batch, options: ProfileOptions = {}): Promise<Profile> {
    const program = this.#whole;
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
        guard: program.guard,
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
      requireFiniteLoss(program, run, outcome.loss, [main]);
      sum.lossSum += outcome.loss;
      sum.correct += outcome.correct;
    }
    return { ...sum, logits, spikes };
  }

  async readState(): Promise<State> {
    const program = this.#whole;
    return this.#untrapped(() => readState(program));
  }

  async writeState(state: State): Promise<void> {
    const program = this.#loaded;
    await this.#untrapped(() => writeState(program, state));
    this.#spoilt = null;
  }

  async weightsSha256(): Promise<string> {
    const program = this.#loaded;
    return this.#untrapped(() => sha256OfWeights(program));
  }

  async wasmSha256(): Promise<string> {
    return this.#kernels.sha256();
  }

  async end(cause: unknown): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#over.abort(cause);
    this.#signal?.removeEventListener('abort', this.#onAbort);
    if (this.#kernels.failure() === null) this.#program?.free();
    else this.#kernels.giveUp(this.#kernels.failure() as Error, this.#program);
    this.#program = null;
    await this.#kernels.close();
  }
}
