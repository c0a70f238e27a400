import { type Checkpoint, copyOf, type OpenCheckpoint } from '../checkpoint/checkpoint.js';
import { type BareEngine, SharedEngine } from '../engine/sharedEngine.js';
import type {
  Engine,
  EvaluationResult,
  MemoryRoom,
  Prediction,
  State,
  StepPosition,
  StepResult,
} from '../engine/types.js';
import { defaultLambda } from '../lambda/schedule.js';
import type { Batch, BatchSource } from '../loader/batch.js';
import type { EpochMetrics } from '../metrics/metrics.js';
import type { NetworkSpec } from '../network/spec.js';
import type { Profile } from '../profile/types.js';
import type { TrainingOptions } from './options.js';
import type { TrainRequest } from './request.js';
import { defaultTrainingOptions } from './validateOptions.js';

// Stand-ins for the tests of the training loop: an engine of one weight and a data set of nine images.

export const network: NetworkSpec = {
  name: 'fake',
  input: { channels: 1, height: 1, width: 1 },
  timeSteps: 1,
  classes: 2,
  layers: [],
  heads: [
    { name: 'main', tap: 'lif' },
    { name: 'stage1', tap: 'lif' },
  ],
  taps: { stage1: 'lif' },
};
export const options = (changes: Partial<TrainingOptions> = {}) =>
  defaultTrainingOptions({ epochs: 3, batchSize: 2, lambda: defaultLambda('sbp'), ...changes });

/** One weight that every batch changes, by an amount that depends on its images, the place and the weight so far. */
export class FakeEngine implements BareEngine, Engine {
  readonly threads = 1;
  readonly build = 'single';
  readonly backend = 'wasm';
  readonly simd = 'simd128';
  readonly backendNote = null;
  readonly log: string[];
  readonly positions: StepPosition[] = [];
  readonly normalisations: object[] = [];
  weight = Number.NaN;
  /** Loss of the given step (counted in this engine) is NaN. */
  failAt = -1;
  #busy = false;
  readonly #over = new AbortController();
  readonly #shared = new SharedEngine(this);

  constructor(log: string[] = []) {
    this.log = log;
  }

  async load({ mean, std }: { mean?: readonly number[]; std?: readonly number[] } = {}) {
    this.normalisations.push({ mean, std });
    this.weight = 1;
    return { totalBytes: 1, limitBytes: 2, availableBytes: null, parts: [] };
  }

  async #alone<T>(name: string, work: () => T): Promise<T> {
    if (this.#busy) throw new Error('a second step while one is under way');
    this.#busy = true;
    this.log.push(name);
    await new Promise((resolve) => setImmediate(resolve));
    this.#busy = false;
    return work();
  }

  trainStep(batch: Batch, position: StepPosition): Promise<StepResult> {
    return this.#alone(`step ${position.epoch}.${position.iteration} [${batch.indices}]`, () => {
      this.positions.push(position);
      const sum = batch.indices.reduce((total, index) => total + index + 1, 0);
      this.weight = Math.fround(this.weight * 0.9 + sum / (position.iteration + 3));
      const norm = this.weight / 7;
      const stats = { norm, zeroShare: 0, count: 2, histogram: { minExponent: 0, positive: [2], negative: [0] } };
      return {
        loss: this.positions.length - 1 === this.failAt ? Number.NaN : 1 / this.weight,
        lossMain: 2 / this.weight,
        correct: batch.size,
        correctMain: 1,
        lr: 0.1,
        headWeights: position.headWeights ?? [1, 1],
        gradientNorm: position.probe ? norm : null,
        probe: position.probe ? { taps: { stage1: stats }, weights: { w: stats } } : null,
      };
    });
  }

  evaluateStep(batch: Batch): Promise<EvaluationResult> {
    return this.#alone(`evaluate [${batch.indices}]`, () => ({
      lossSum: this.weight,
      correct: 1,
      logits: new Float32Array(batch.size * 2),
      spikes: { lif: { fired: 1, total: 4 } },
    }));
  }

  async predict(images: Uint8Array): Promise<Prediction> {
    return { labels: new Int32Array(images.length), logits: new Float32Array(2 * images.length) };
  }

  async memoryRoom(): Promise<MemoryRoom> {
    throw new Error('the fake has no memory');
  }

  async profile(): Promise<Profile> {
    throw new Error('the fake has no kernels');
  }

  async readState(): Promise<State> {
    return { w: { shape: [1], data: Float32Array.of(this.weight) } };
  }

  async stateShapes(): Promise<Map<string, number[]>> {
    return new Map([['w', [1]]]);
  }

  async readTensor(): Promise<Float32Array> {
    return Float32Array.of(this.weight);
  }

  async writeState(state: State): Promise<void> {
    this.weight = state.w?.data[0] as number;
  }

  async weightsSha256(): Promise<string> {
    return String(this.weight);
  }

  async kernelsSha256(): Promise<string> {
    return 'no module';
  }

  get ended(): AbortSignal {
    return this.#over.signal;
  }

  hold: Engine['hold'] = (work) => this.#shared.hold(work);
  close: Engine['close'] = () => this.#shared.close();

  async end(cause: Error): Promise<void> {
    this.#over.abort(cause);
  }
}

function batchOf(indices: number[]): Batch {
  const size = indices.length;
  return { images: new Uint8Array(size), labels: new Int32Array(size), indices: Uint32Array.from(indices), size };
}

/** Nine training images in batches of two (the last of one), four test images; logs each fetch. */
export class FakeSource implements BatchSource {
  readonly info = {
    ...{ name: 'fake data', channels: 1, height: 1, width: 1, classes: 2, classNames: ['a', 'b'] },
    ...{ trainSize: 9, testSize: 4, mean: [0.5], std: [0.25] },
  };
  readonly log: string[];
  trainBatchCount = 5;
  lastBatch = 5;
  closed = 0;

  constructor(log: string[] = []) {
    this.log = log;
  }

  async *trainBatches(epoch: number, from = 0): AsyncIterable<Batch> {
    try {
      for (let i = from; i < this.lastBatch; i++) {
        this.log.push(`fetch ${epoch}.${i}`);
        const first = (i * 2 + epoch) % 9;
        yield batchOf(i === 4 ? [first] : [first, (first + 1) % 9]);
      }
    } finally {
      this.closed++;
    }
  }

  async *testBatches(): AsyncIterable<Batch> {
    yield batchOf([0, 1]);
    yield batchOf([2, 3]);
  }

  async close(): Promise<void> {}
}

export interface Run {
  engine: FakeEngine;
  data: FakeSource;
  log: string[];
  request: TrainRequest;
  checkpoints: Checkpoint[];
}

export function newRun(changes: Partial<TrainRequest> = {}): Run {
  const log: string[] = [];
  const checkpoints: Checkpoint[] = [];
  const engine = new FakeEngine(log);
  const data = new FakeSource(log);
  let time = 0;
  const clock = () => ++time;
  const onCheckpoint = async (checkpoint: OpenCheckpoint) => void checkpoints.push(await copyOf(checkpoint));
  return {
    engine,
    data,
    log,
    checkpoints,
    request: { engine, network, data, options: options(), clock, onCheckpoint, ...changes },
  };
}

/** All that a resumed run must reproduce: times are its own. */
export const untimed = (metrics: EpochMetrics[]) =>
  metrics.map((m) => ({ ...m, seconds: 0, imagesPerSecond: 0, waitShare: 0 }));
