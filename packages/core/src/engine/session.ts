/** The engine in the calling thread: one network at a time on this thread's kernels. */
import type { Run } from '../layers/run.js';
import type { Batch } from '../loader/batch.js';
import { profile } from '../profile/profile.js';
import type { Profile, ProfileOptions } from '../profile/types.js';
import { trainStep } from '../train/step.js';
import type { Kernels } from './kernels.js';
import { Program } from './program.js';
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
  #program: Program | null = null;
  #closed = false;

  constructor(kernels: Kernels, memoryLimit: number | undefined) {
    this.#kernels = kernels;
    this.threads = kernels.threads;
    this.build = kernels.build;
    this.#limitBytes = Math.min(memoryLimit ?? Number.POSITIVE_INFINITY, addressSpaceBytes - reservedBytes);
  }

  async load(request: LoadRequest): Promise<MemoryPlan> {
    this.#program?.free();
    this.#program = null;
    const program = new Program(this.#kernels, request, this.#limitBytes);
    program.start(request);
    this.#program = program;
    return program.plan;
  }

  get #loaded(): Program {
    if (this.#program === null) throw new Error('no network is loaded: call load first');
    return this.#program;
  }

  async trainStep(batch: Batch, position: StepPosition): Promise<StepResult> {
    return trainStep(this.#loaded, batch, position);
  }

  async evaluateStep(batch: Batch): Promise<EvaluationResult> {
    return this.#evaluate(this.#loaded, batch);
  }

  async profile(batch: Batch, options: ProfileOptions = {}): Promise<Profile> {
    const program = this.#loaded;
    return profile(program, batch, options, () => void this.#evaluate(program, batch));
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
    return readState(this.#loaded);
  }

  async writeState(state: State): Promise<void> {
    writeState(this.#loaded, state);
  }

  async weightsSha256(): Promise<string> {
    return sha256OfWeights(this.#loaded);
  }

  async wasmSha256(): Promise<string> {
    return this.#kernels.wasmSha256();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#program?.free();
    this.#program = null;
    await this.#kernels.close();
  }
}
