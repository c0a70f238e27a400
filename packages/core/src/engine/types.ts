import type { StepPosition } from '../loaded/stepPosition.js';
import type { Batch, Pixels } from '../loader/batch.js';
import type { GradientStats } from '../metrics/metrics.js';
import type { NetworkSpec } from '../network/spec.js';
import type { GivenUrl } from '../platform/givenUrl.js';
import type { Profile, ProfileOptions } from '../profile/types.js';
import type { TrainingOptions } from '../train/options.js';

export type { StepPosition };

export interface EngineOptions {
  /**
   * Threads of the kernels; default: KESTIRME_THREADS, else the machine's cores, at most 8. An inline engine on WebAssembly has
   * one.
   */
  threads?: number;
  /** Of WebAssembly; 'auto' takes the threaded one where shared memory exists. 'single' is one thread for native ones, too. */
  build?: 'auto' | 'threads' | 'single';
  /**
   * Which kernels: native ones of `@kestirme/native`, or those of WebAssembly, to the same bits. 'auto' takes native ones
   * where they load and pass a check of some milliseconds; `Engine.backendNote` says why it did not. Pages have
   * WebAssembly only. Default: KESTIRME_BACKEND, else 'auto'.
   */
  backend?: 'auto' | 'native' | 'wasm' | undefined;
  /** Bytes the memory plan may use; default: what the kernels can have: of WebAssembly 4 GiB, native ones what is free. */
  memoryLimit?: number | undefined;
  /**
   * Ends the engine at any moment, its creation included: every pending and later call rejects with the signal's reason,
   * and its threads end. A step cannot be left in its middle and gone on with, so this engine is closed then; another one
   * goes on from a checkpoint. In an inline engine a call under way is finished first.
   */
  signal?: AbortSignal | undefined;
  /**
   * Where the workers' script lies, in programs whose bundler leaves it behind: a bundle of `kestirme/worker`, or that file
   * itself with its package. In Node a path will do, in a page an address relative to it. See docs/bundling.md.
   */
  workerUrl?: GivenUrl | undefined;
  /** Likewise, where a copy of the package's folder `wasm` lies. */
  wasmUrl?: GivenUrl | undefined;
}

export interface LoadRequest {
  network: NetworkSpec;
  training: TrainingOptions;
  /** Per input channel, in units of 0-1 pixel values. */
  mean: number[];
  std: number[];
  /**
   * Loads the network to predict and evaluate only, with the same bits: without shortcut heads, gradients and optimiser, so
   * in a fraction of the memory, and each normalisation's map is made once and not in every pass. `training` then says how
   * images are encoded and judged, and how many pass at a time (`microBatch`). Default: no.
   */
  inference?: boolean;
}

/** Where the bytes of a run go, known before the first step. */
export interface MemoryPlan {
  totalBytes: number;
  limitBytes: number;
  /** Memory that the machine could give this process now; null: the host does not say. */
  availableBytes: number | null;
  parts: { name: string; bytes: number }[];
}

/** Whether a network fits, and what would. */
export interface MemoryRoom {
  /** Null: a layer alone has more numbers than 32 bits can count. */
  plan: MemoryPlan | null;
  fits: boolean;
  limitBytes: number;
  /** Completes "the limit is 512.0 MiB, ...". */
  limitReason: string;
  /** Images of the largest batch that fits in one piece; 0: none. */
  largestBatch: number;
  /** Images of the largest micro-batch for the given batch, smaller than it; 0: none. */
  largestMicroBatch: number;
}

export interface StepResult {
  /** Mean over the batch: as it is minimised, with what is added to the heads' losses. */
  loss: number;
  /** The main head's alone, mean over the batch; with nothing added, and as if the head's weight were 1. */
  lossMain: number;
  /** Right answers of the combined output and of the main head alone. */
  correct: number;
  correctMain: number;
  lr: number;
  headWeights: number[];
  /** L2 norm of the whole gradient, before clipping; only when clipping is on or the step is a probe. */
  gradientNorm: number | null;
  /** In a probe step. */
  probe: { taps: Record<string, GradientStats>; weights: Record<string, GradientStats> } | null;
  /** By LIF layer, when they were asked for: bits [T, B, H, W, words of C], one after the other for micro-batches. */
  spikes?: Record<string, Uint32Array>;
}

export interface EvaluationResult {
  /** Sum over the batch of the main head's loss, without label smoothing. */
  lossSum: number;
  correct: number;
  /** Main logits [B, classes]. */
  logits: Float32Array;
  /** By LIF layer: ones and positions in this batch. */
  spikes: Record<string, { fired: number; total: number }>;
  /** By LIF layer, when they were asked for: as those of a `StepResult`. */
  bits?: Record<string, Uint32Array>;
}

/** The main head's answers. */
export interface Prediction {
  /** [B], 0-based class indices: where the first of the largest logits stands. */
  labels: Int32Array;
  /** [B, classes] */
  logits: Float32Array;
}

/** A tensor as a file has it: PyTorch's names and layouts (conv OIHW, linear [out, in]). */
export interface StateTensor {
  shape: number[];
  data: Float32Array;
}

/**
 * Parameters, running statistics and optimiser state ('optimizer.momentum.<parameter>', 'optimizer.first.<parameter>', ...,
 * and moving averages, 'optimizer.average.<parameter or statistic>': see `answeringWeights`).
 * Of a network that is loaded for inference, what inference uses.
 */
export type State = Record<string, StateTensor>;

/** The calls that work on the loaded network, or make it another: those three are `load`, `trainStep` and `writeState`. */
export interface NetworkCalls {
  /**
   * Makes the memory plan, reserves it and initialises the parameters from the seed.
   * @throws before anything is reserved when the plan is over the limit, with the largest batch that fits
   */
  load(request: LoadRequest): Promise<MemoryPlan>;
  /** What `load` would plan and what fits, without taking memory or touching the loaded network. */
  memoryRoom(request: LoadRequest): Promise<MemoryRoom>;
  trainStep(batch: Batch, position: StepPosition): Promise<StepResult>;
  /** `keepSpikes`: gives the spikes of every layer of neurons back; default: no. */
  evaluateStep(batch: Batch, options?: { keepSpikes?: boolean }): Promise<EvaluationResult>;
  /**
   * The answers on images `[B, H, W, C]`, or frames `[B, T, H, W, C]`, as a batch has them, of any number: `microBatch` of
   * them pass at a time. `indices`: their numbers in a data set, on which the spikes of rate coding depend; default: from 0.
   */
  predict(images: Pixels, indices?: Uint32Array): Promise<Prediction>;
  /**
   * Where the time of a step on this batch goes, by layer and kernel. Runs the network's own steps, then puts weights,
   * statistics and optimiser state back: a run that is profiled between its steps goes on to the same bits.
   */
  profile(batch: Batch, options?: ProfileOptions): Promise<Profile>;
  readState(): Promise<State>;
  /** Names and shapes of what `readState` gives, in its order. */
  stateShapes(): Promise<Map<string, number[]>>;
  /**
   * One tensor of what `readState` gives. `memory`, where it is large enough, is taken for the result, and is lost to the
   * caller: the result's buffer may be handed in for the next one.
   * @throws Error when the state has no tensor of that name
   */
  readTensor(name: string, memory?: ArrayBuffer): Promise<Float32Array>;
  /** Every parameter must be there with its shape; optimiser tensors may be absent. */
  writeState(state: State): Promise<void>;
  /** SHA-256 of all parameters and running statistics, in network order. */
  weightsSha256(): Promise<string>;
  /** SHA-256 of the kernels that run: of the WebAssembly module, the file of `build`; of the file of native code. */
  kernelsSha256(): Promise<string>;
}

/** Work of many calls: a training changes the network from one to the next, an evaluation needs it to stay the same. */
export type Work = 'training' | 'evaluation';

/** An engine in the hands of one training or evaluation; an evaluation's changes the network no more than others may. */
export interface HeldEngine extends NetworkCalls {
  /** Aborted when the engine ends, with the reason with which its calls reject then. */
  readonly ended: AbortSignal;
  /** Lets the engine go. Afterwards this is as good as the engine itself. */
  release(): void;
}

/**
 * A network on its kernels, in this thread or behind a worker. A call that is refused (a batch or a state that does not
 * fit, a network over the memory limit) rejects and leaves the engine usable. When a step breaks off or a thread fails,
 * every call rejects with the EngineFailure from then on.
 *
 * Several callers may share an engine. Single calls are done one after the other, in the order in which they were made.
 * What begins while `train` or `evaluate` is under way, or a loop of one's own that has called `hold`:
 *
 *     begins                                       during a training               during an evaluation
 *     train                                        refused                         refused
 *     load, trainStep, writeState                  refused                         refused
 *     evaluate                                     the next step waits for it      both go on
 *     evaluateStep, predict, profile,              done between two steps          done between two steps
 *       readState, stateShapes, readTensor,
 *       weightsSha256, memoryRoom,
 *       kernelsSha256
 *     close, the engine's signal                   ends it: it rejects             ends it: it rejects
 *
 * Refused means that it rejects at once, with an EngineBusyError, and that nothing has changed.
 */
export interface Engine extends NetworkCalls {
  readonly threads: number;
  readonly build: 'threads' | 'single';
  readonly backend: 'native' | 'wasm';
  /** The instruction set that the kernels use, e.g. 'avx2'; 'simd128' in WebAssembly. */
  readonly simd: string;
  /** Why 'auto' did not take native kernels; null otherwise. */
  readonly backendNote: string | null;
  /**
   * Takes the engine for a training or an evaluation, as `train` and `evaluate` do: see above what others may do until
   * it is released. For loops of one's own, which release it in a `finally`.
   * @throws EngineBusyError for a training while anything else is under way
   */
  hold(work: Work): HeldEngine;
  /** Ends the workers, and with a reason every call under way; the engine is of no use afterwards. */
  close(): Promise<void>;
}
