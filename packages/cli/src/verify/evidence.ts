/** Evidence of a run, to be compared: a hash of every tensor after every step. Runs in Node and in a page. */
import {
  type BatchSource,
  type Engine,
  type EpochMetrics,
  type GradientStats,
  type HeldEngine,
  type NetworkCalls,
  type State,
  type StepResult,
  train,
} from 'kestirme';
import { type Kind, kindOfTensor, kinds, nameOfEntry, placeOf } from './entry.js';
import { fixedNetwork, fixedOptions } from './fixedRun.js';

/** Plain data: it passes through JSON and between threads. */
export interface Evidence {
  /** Names of the entries, 'kind:tensor', in the order in which a step computes them. */
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
  return withTrainStep(engine, (held) => (batch, position) => held.trainStep(batch, { ...position, keepSpikes: true }));
}

/** The same engine, whose training step is another when a training has it. */
export function withTrainStep(engine: Engine, trainStepOf: (held: HeldEngine) => NetworkCalls['trainStep']): Engine {
  return {
    ...engine,
    hold(work) {
      const held = engine.hold(work);
      return { ...held, trainStep: trainStepOf(held) };
    },
  };
}

type Entry = readonly [name: string, bytes: Uint8Array<ArrayBuffer>];

class Collected {
  readonly steps: string[][] = [];
  readonly #network = fixedNetwork();
  readonly #places = new Map<string, number>();

  /** In the order of a step's work, so that the first entry that is wrong is near the cause. */
  async addStep(result: StepResult, state: State): Promise<void> {
    this.steps.push([]);
    const tensors = Object.entries(state).map(
      ([name, { data }]): Entry => [nameOfEntry(kindOfTensor(name), name), canonicalBytes(data)],
    );
    const ofKind = (kind: Kind) => tensors.filter(([name]) => placeOf(name).kind === kind);
    await this.#hash(this.#forwards([...ofKind('statistic'), ...spikesOf(result)]));
    this.#addMetrics(result);
    await this.#hash(this.#backwards(this.#gradientsOf(result)));
    if (result.gradientNorm !== null) this.#set(nameOfEntry('metric', 'gradientNorm'), bitsOf(result.gradientNorm));
    await this.#hash(this.#backwards(ofKind('optimizer')));
    await this.#hash(this.#backwards(ofKind('weight')));
  }

  #gradientsOf({ probe }: StepResult): Entry[] {
    if (probe === null) return [];
    const { taps } = this.#network;
    const entry = (tensor: string, stats: GradientStats): Entry => [
      nameOfEntry('gradient', tensor),
      bytesOfStats(stats),
    ];
    return [
      ...Object.entries(probe.taps).map(([tap, stats]) => entry(`${taps[tap]}.spikes`, stats)),
      ...Object.entries(probe.weights).map(([name, stats]) => entry(name, stats)),
    ];
  }

  /** By layer, as the forward pass meets them; heads last. */
  #forwards(entries: readonly Entry[]): Entry[] {
    const order = new Map(this.#network.layers.map(({ name }, place) => [name, place]));
    const place = ([name]: Entry) => order.get(placeOf(name).layer ?? '') ?? order.size;
    return entries.toSorted((a, b) => place(a) - place(b));
  }

  #backwards(entries: readonly Entry[]): Entry[] {
    return this.#forwards(entries).reverse();
  }

  async #hash(entries: readonly Entry[]): Promise<void> {
    for (const [name, bytes] of entries) this.#set(name, await sha256(bytes));
  }

  #addMetrics({ loss, correct, correctMain, lr, headWeights }: StepResult): void {
    this.#set(nameOfEntry('metric', 'loss'), bitsOf(loss));
    this.#set(nameOfEntry('metric', 'correct'), bitsOf(correct));
    this.#set(nameOfEntry('metric', 'correctMain'), bitsOf(correctMain));
    this.#set(nameOfEntry('metric', 'lr'), bitsOf(lr));
    headWeights.forEach((weight, head) => {
      this.#set(nameOfEntry('metric', `headWeights[${head}]`), bitsOf(weight));
    });
  }

  /** With the entries of the step that ended the epoch. */
  addEpoch({ trainLoss, testLoss, testAccuracy, firingRates }: EpochMetrics): void {
    this.#set(nameOfEntry('metric', 'epoch.trainLoss'), bitsOf(trainLoss));
    this.#set(nameOfEntry('metric', 'epoch.testLoss'), bitsOf(testLoss));
    this.#set(nameOfEntry('metric', 'epoch.testAccuracy'), bitsOf(testAccuracy));
    for (const [layer, rate] of Object.entries(firingRates)) {
      this.#set(nameOfEntry('metric', `epoch.firingRates.${layer}`), bitsOf(rate));
    }
  }

  async evidence(): Promise<Evidence> {
    const names = [...this.#places.keys()];
    const steps = this.steps.map((step) => names.map((_, i) => step[i] ?? '-'));
    const digests = { all: await digest(names, steps, () => true) } as Evidence['digests'];
    for (const kind of kinds) digests[kind] = await digest(names, steps, (name) => name.startsWith(`${kind}:`));
    return { names, steps, digests };
  }

  #set(name: string, value: string): void {
    const place = this.#places.get(name) ?? this.#places.size;
    this.#places.set(name, place);
    (this.steps.at(-1) as string[])[place] = value;
  }
}

function spikesOf({ spikes = {} }: StepResult): Entry[] {
  return Object.entries(spikes).map(([layer, words]): Entry => {
    const bytes = new Uint8Array(new Uint32Array(words).buffer);
    return [nameOfEntry('spikes', `${layer}.spikes`), bytes];
  });
}

function digest(names: readonly string[], steps: readonly string[][], wanted: (name: string) => boolean) {
  const places = names.flatMap((name, place) => (wanted(name) ? [place] : []));
  const lines = [names, ...steps].map((row) => places.map((place) => row[place]).join(' '));
  return sha256(new TextEncoder().encode(lines.join('\n')));
}

function bytesOfStats({ norm, zeroShare, count, histogram }: GradientStats): Uint8Array<ArrayBuffer> {
  const numbers = [norm, zeroShare, count, histogram.minExponent, ...histogram.positive, ...histogram.negative];
  return new TextEncoder().encode(numbers.map(bitsOf).join(' '));
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
