/** The engine in the calling thread: one network at a time on its kernels. */

import type { Backend, Kernels, MemoryLimit } from '../kernels/kernels.js';
import { NonFiniteError } from '../layers/guard.js';
import { evaluateStep, predict } from '../loaded/forwardStep.js';
import type { LoadedNetwork } from '../loaded/loadedNetwork.js';
import { requireSound } from '../loaded/request.js';
import { requireStep, requireTrainable } from '../loaded/requireStep.js';
import { readState, readTensor, sha256OfWeights, stateShapes, writeState } from '../loaded/state.js';
import type { Batch, Pixels } from '../loader/batch.js';
import { requireBatch, requireImages } from '../loader/requireBatch.js';
import { memoryLimit } from '../memory/memoryLimit.js';
import { fittingNetwork, memoryRoom } from '../memory/room.js';
import { profile } from '../profile/profile.js';
import type { Profile, ProfileOptions } from '../profile/types.js';
import { gradientsInWords } from '../train/diagnosis.js';
import { trainStep } from '../train/step.js';
import { EngineFailure } from './failure.js';
import type { BareEngine } from './sharedEngine.js';
import type {
  EvaluationResult,
  LoadRequest,
  MemoryPlan,
  MemoryRoom,
  Prediction,
  State,
  StepPosition,
  StepResult,
} from './types.js';

export class Session implements BareEngine {
  readonly threads: number;
  readonly build: 'threads' | 'single';
  readonly backend: Backend;
  readonly simd: string;
  readonly backendNote: string | null;
  readonly #kernels: Kernels;
  readonly #limit: MemoryLimit;
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = () => void this.end(this.#signal?.reason);
  #network: LoadedNetwork | null = null;
  /** Why the loaded network's numbers are worth nothing: a step met some that are not finite. */
  #spoilt: string | null = null;
  readonly #over = new AbortController();
  #closed = false;

  /** `asked`: `memoryLimit`; `backendNote`: see `Engine`. */
  constructor(kernels: Kernels, asked: number | undefined, signal?: AbortSignal, backendNote: string | null = null) {
    this.#kernels = kernels;
    this.threads = kernels.threads;
    this.build = kernels.build;
    this.backend = kernels.backend;
    this.simd = kernels.simd;
    this.backendNote = backendNote;
    this.#limit = memoryLimit(kernels.limit, asked);
    this.#signal = signal;
    signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  async load(request: LoadRequest): Promise<MemoryPlan> {
    this.#requireOpen();
    requireSound(request);
    return this.#untrapped(() => {
      this.#network?.free();
      this.#network = null;
      this.#spoilt = null;
      const loaded = fittingNetwork(this.#kernels, request, this.#limit);
      loaded.start(request);
      this.#network = loaded;
      return loaded.plan;
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

  get #loaded(): LoadedNetwork {
    this.#requireOpen();
    if (this.#network === null) throw new Error('no network is loaded: call load first');
    return this.#network;
  }

  /** So that no checkpoint is made of a step that failed halfway. */
  get #whole(): LoadedNetwork {
    const loaded = this.#loaded;
    if (this.#spoilt === null) return loaded;
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
    if (trapped) this.#kernels.giveUp(failure, this.#network);
    this.#over.abort(failure);
    return failure;
  }

  async trainStep(batch: Batch, position: StepPosition): Promise<StepResult> {
    const loaded = this.#whole;
    requireTrainable(loaded, 'trainStep');
    requireBatch(loaded, batch);
    const place = requireStep(loaded, batch, position);
    try {
      return this.#unbroken(() => trainStep(loaded, batch, place));
    } catch (error) {
      if (!(error instanceof NonFiniteError)) throw error;
      this.#spoilt = error.message;
      throw new NonFiniteError(error.layer, error.finding, gradientsInWords(loaded));
    }
  }

  async evaluateStep(batch: Batch, { keepSpikes = false } = {}): Promise<EvaluationResult> {
    const loaded = this.#whole;
    requireBatch(loaded, batch);
    return this.#unbroken(() => evaluateStep(loaded, batch, keepSpikes));
  }

  async predict(images: Pixels, indices?: Uint32Array): Promise<Prediction> {
    const loaded = this.#whole;
    const size = requireImages(loaded, images, indices);
    const numbers = indices ?? Uint32Array.from({ length: size }, (_, i) => i);
    return this.#unbroken(() => predict(loaded, images, numbers));
  }

  async profile(batch: Batch, options: ProfileOptions = {}): Promise<Profile> {
    const loaded = this.#whole;
    requireBatch(loaded, batch);
    if ((options.mode ?? 'training') === 'training') requireTrainable(loaded, 'profile in training');
    if (options.position !== undefined) requireStep(loaded, batch, options.position);
    return this.#untrapped(() => profile(loaded, batch, options, () => void evaluateStep(loaded, batch)));
  }

  async readState(): Promise<State> {
    const loaded = this.#whole;
    return this.#untrapped(() => readState(loaded));
  }

  async stateShapes(): Promise<Map<string, number[]>> {
    return stateShapes(this.#loaded);
  }

  async readTensor(name: string, memory?: ArrayBuffer): Promise<Float32Array> {
    const loaded = this.#whole;
    return this.#untrapped(() => readTensor(loaded, name, memory));
  }

  async writeState(state: State): Promise<void> {
    const loaded = this.#loaded;
    await this.#untrapped(() => writeState(loaded, state));
    this.#spoilt = null;
  }

  async weightsSha256(): Promise<string> {
    const loaded = this.#loaded;
    return this.#untrapped(() => sha256OfWeights(loaded));
  }

  async kernelsSha256(): Promise<string> {
    return this.#kernels.sha256();
  }

  async end(cause: unknown): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#over.abort(cause);
    this.#signal?.removeEventListener('abort', this.#onAbort);
    if (this.#kernels.failure() === null) this.#network?.free();
    else this.#kernels.giveUp(this.#kernels.failure() as Error, this.#network);
    this.#network = null;
    await this.#kernels.close();
  }
}
