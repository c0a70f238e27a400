/** What a run leaves behind to be compared: a hash of every tensor after every step. Runs in Node and in a page. */
import {
  type BatchSource,
  type Engine,
  type EpochMetrics,
  type GradientStats,
  type State,
  type StepResult,
  train,
} from 'kestirme';
import { fixedNetwork, fixedOptions } from './fixedRun.js';

/** What an entry of the evidence is of. */
export const kinds = ['spikes', 'metric', 'gradient', 'weight', 'statistic', 'optimizer'] as const;
export type Kind = (typeof kinds)[number];

/** Plain data: it passes through JSON and between threads. */
export interface Evidence {
  /** Of the entries, 'kind:tensor', in the order in which a step computes them. */
  names: string[];
  /**
   * By step, an entry for each name: SHA-256 in hexadecimal of a tensor; of a metric, the bits of its number as 16
   * hexadecimal digits; '-' where a step does not have the entry.
   */
  steps: string[][];
  /** SHA-256 over the names and entries of one kind, and over everything. */
  digests: Record<Kind | 'all', string>;
}

export interface EvidenceRequest {
  /** Loaded and trained here; the caller closes it. */
  engine: Engine;
  /** A loader over `fixedData` with `fixedBatchSize`, `fixedSeed` and the data's own augmentation; the caller closes it. */
  data: BatchSource;
  /** After each step, counted from 1. */
  onStep?: ((step: number) => void) | undefined;
}

/** Trains the fixed run with the trainer that everybody uses, and hashes what it leaves in each step. */
export async function collectEvidence({ engine, data, onStep }: EvidenceRequest): Promise<Evidence> {
  const collected = new Collected();
  await train({
    engine: keepingSpikes(engine),
    network: fixedNetwork(),
    data,
    options: fixedOptions(),
    async onStep({ result }) {
      await collected.addStep(result, await engine.readState());
      onStep?.(collected.steps.length);
    },
    onEpoch: (metrics) => collected.addEpoch(metrics),
  });
  return collected.evidence();
}

/** The same engine, asked for the spikes of each training step. */
function keepingSpikes(engine: Engine): Engine {
  return withTrainStep(engine, (batch, position) => engine.trainStep(batch, { ...position, keepSpikes: true }));
}

/** The same engine but for its training step. */
export function withTrainStep(engine: Engine, trainStep: Engine['trainStep']): Engine {
  return new Proxy(engine, {
    get(target, name) {
      if (name === 'trainStep') return trainStep;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

class Collected {
  readonly steps: string[][] = [];
  readonly #places = new Map<string, number>();

  async addStep(result: StepResult, state: State): Promise<void> {
    const step: string[] = [];
    this.steps.push(step);
    for (const [layer, bits] of Object.entries(result.spikes ?? {})) {
      this.#set('spikes', layer, await sha256(new Uint8Array(bits.slice().buffer as ArrayBuffer)));
    }
    this.#addMetrics(result);
    const { taps = {}, weights = {} } = result.probe ?? {};
    for (const [tap, stats] of Object.entries(taps)) this.#set('gradient', `tap ${tap}`, await hashOfStats(stats));
    for (const [name, stats] of Object.entries(weights)) this.#set('gradient', name, await hashOfStats(stats));
    for (const [name, { data }] of Object.entries(state)) {
      this.#set(kindOfTensor(name), name, await sha256(canonicalBytes(data)));
    }
  }

  #addMetrics({ loss, correct, correctMain, lr, headWeights, gradientNorm }: StepResult): void {
    this.#set('metric', 'loss', bitsOf(loss));
    this.#set('metric', 'correct', bitsOf(correct));
    this.#set('metric', 'correctMain', bitsOf(correctMain));
    this.#set('metric', 'lr', bitsOf(lr));
    headWeights.forEach((weight, head) => {
      this.#set('metric', `headWeights[${head}]`, bitsOf(weight));
    });
    if (gradientNorm !== null) this.#set('metric', 'gradientNorm', bitsOf(gradientNorm));
  }

  /** With the entries of the step that ended the epoch. */
  addEpoch({ trainLoss, testLoss, testAccuracy, firingRates }: EpochMetrics): void {
    this.#set('metric', 'epoch.trainLoss', bitsOf(trainLoss));
    this.#set('metric', 'epoch.testLoss', bitsOf(testLoss));
    this.#set('metric', 'epoch.testAccuracy', bitsOf(testAccuracy));
    for (const [layer, rate] of Object.entries(firingRates)) {
      this.#set('metric', `epoch.firingRates.${layer}`, bitsOf(rate));
    }
  }

  async evidence(): Promise<Evidence> {
    const names = [...this.#places.keys()];
    const steps = this.steps.map((step) => names.map((_, i) => step[i] ?? '-'));
    const digests = { all: await digest(names, steps, () => true) } as Evidence['digests'];
    for (const kind of kinds) digests[kind] = await digest(names, steps, (name) => name.startsWith(`${kind}:`));
    return { names, steps, digests };
  }

  #set(kind: Kind, tensor: string, value: string): void {
    const name = `${kind}:${tensor}`;
    const place = this.#places.get(name) ?? this.#places.size;
    this.#places.set(name, place);
    (this.steps.at(-1) as string[])[place] = value;
  }
}

function kindOfTensor(name: string): Kind {
  if (name.startsWith('optimizer.')) return 'optimizer';
  return /\.running_(?:mean|var)$/.test(name) ? 'statistic' : 'weight';
}

function digest(names: readonly string[], steps: readonly string[][], wanted: (name: string) => boolean) {
  const places = names.flatMap((name, place) => (wanted(name) ? [place] : []));
  const lines = [names, ...steps].map((row) => places.map((place) => row[place]).join(' '));
  return sha256(new TextEncoder().encode(lines.join('\n')));
}

function hashOfStats({ norm, zeroShare, count, histogram }: GradientStats): Promise<string> {
  const numbers = [norm, zeroShare, count, histogram.minExponent, ...histogram.positive, ...histogram.negative];
  return sha256(new TextEncoder().encode(numbers.map(bitsOf).join(' ')));
}

/** Bits of a number as 16 hexadecimal digits; NaNs count as one NaN. */
export function bitsOf(value: number): string {
  if (Number.isNaN(value)) return '7ff8000000000000';
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16).padStart(16, '0');
}

export function numberOf(bits: string): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(`0x${bits}`));
  return view.getFloat64(0);
}

/** A copy in which NaNs are one NaN. */
function canonicalBytes(data: Float32Array): Uint8Array<ArrayBuffer> {
  const floats = new Float32Array(data);
  const words = new Uint32Array(floats.buffer);
  floats.forEach((value, i) => {
    if (Number.isNaN(value)) words[i] = 0x7fc00000;
  });
  return new Uint8Array(floats.buffer);
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const { subtle } = globalThis.crypto;
  if (subtle === undefined) throw new Error('no SHA-256 here: a page needs https, or http on localhost');
  const hash = new Uint8Array(await subtle.digest('SHA-256', bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
