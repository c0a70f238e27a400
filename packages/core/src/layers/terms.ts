/**
 * The terms of a membrane current: a convolution with its norm or a value as it is, and perhaps a second one. They are
 * never summed in memory of their own: whoever needs the current reads them where they lie.
 *
 * Backward: from g = dL/dcurrent each convolution goes on, and a value gets g itself.
 */
import { ResidualKind } from '../kernels/api.js';
import type { Kernels } from '../kernels/kernels.js';
import { Conv2dLayer } from './conv2d.js';
import { enterGradient } from './gradient.js';
import type { Sums } from './norm.js';
import { address, type Pass } from './pass.js';
import { type Buffer, backwardMoments, type Planner, termMoments } from './planner.js';
import { dataBytes, dataOf, isBinary, type Value } from './value.js';
import type { KernelUser, Work } from './work.js';

export type Term = Conv2dLayer | Value;

/** Rows of the sums that are left of a current: of g, and of g * (y - mean) of both terms. */
const currentSums = 3;

/** Where the terms lie, as kernels are told. */
export type TermAddresses = [number, number, number, ResidualKind, number, number, number];

/** Whoever is told the planes of a term that has not one of bits that count 1. */
interface PlaneList {
  clearPlanes(): void;
  addPlane(bits: number, weight: number): void;
}

/** A value that is a term, and what becomes of its gradient. */
interface Identity {
  readonly source: Value;
  /** Whether g is in the place of the source's gradient already. */
  taken: boolean;
  adds: boolean;
}

export class CurrentTerms {
  readonly first: Term;
  readonly second: Term | null;
  /** T, or 1 for a current that is the same at every time step. */
  readonly steps: number;
  readonly #kernels: Kernels;
  readonly #name: string;
  readonly #identities: Identity[];
  #plainTable: Buffer | null = null;

  /** `name`: of the layer that reads them, for the names of buffers. */
  constructor(kernels: Kernels, name: string, terms: readonly Term[]) {
    this.#kernels = kernels;
    this.#name = name;
    const first = terms.find(isConvolution) ?? terms.find((term) => !isSpikes(term));
    if (first === undefined) throw new Error(`${name} reads spikes alone: one of its terms must be a membrane current`);
    this.first = first;
    this.second = terms.find((term) => term !== first) ?? null;
    this.steps = Math.max(...this.#all.map((term) => Math.max(term.steps, tableSteps(term))));
    const values = this.#all.filter((term) => !isConvolution(term)) as Value[];
    this.#identities = values.map((source) => ({ source, taken: false, adds: false }));
  }

  get #all(): Term[] {
    return this.second === null ? [this.first] : [this.first, this.second];
  }

  get convolutions(): Conv2dLayer[] {
    return this.#all.filter(isConvolution);
  }

  /** Steps of the channel tables of both. */
  get tableSteps(): [first: number, second: number] {
    return [tableSteps(this.first), this.second === null ? 1 : tableSteps(this.second)];
  }

  get reads(): Value[] {
    return this.#all.map((term) => (isConvolution(term) ? term.source : term));
  }

  get wantsGradient(): boolean {
    return this.#all.some((term) => isConvolution(term) || term.wantsGradient);
  }

  get kernelUsers(): KernelUser[] {
    return this.convolutions;
  }

  /** Bytes of both, read once. */
  bytes(images: number): number {
    const bytesOf = (term: Term) =>
      isConvolution(term)
        ? 4 * images * term.steps * term.height * term.width * term.channels
        : dataBytes(term, images);
    return this.#all.reduce((sum, term) => sum + bytesOf(term), 0);
  }

  /** Bytes that one of the kernels moves which hand g `[gSteps, ...]` on to values. */
  gradientWork(kernel: 'sumSteps' | 'accumulate', images: number, gSteps: number): Work {
    const handed = this.#handed.filter((identity) => kernelOf(identity, gSteps) === kernel);
    const bytesOf = ({ source }: Identity) => 4 * images * source.height * source.width * source.channels;
    const sum = (steps: (identity: Identity) => number) =>
      handed.reduce((total, identity) => total + steps(identity) * bytesOf(identity), 0);
    return {
      read: sum(({ source, adds }) => gSteps + (adds ? source.steps : 0)),
      written: sum(({ source }) => source.steps),
    };
  }

  /** The values that do not find g in their gradient's place. */
  get #handed(): Identity[] {
    return this.#identities.filter(({ source, taken }) => source.wantsGradient && !taken);
  }

  /** When the last convolution has read g, of a backward pass that begins at `backward`. */
  lastTerm(backward: number): number {
    return backward + 1 + Math.max(0, this.convolutions.length - 1) * termMoments;
  }

  /**
   * Declares the buffers for at most `batch` images. `gradient`: of g, which has so many steps; null: nobody asks for it.
   * Called for the layers from last to first, so that whoever writes a value's gradient earlier has been here.
   */
  plan(
    planner: Planner,
    batch: number,
    forward: number,
    backward: number,
    gradient: { buffer: Buffer; steps: number } | null,
  ): void {
    gradient?.buffer.extend(this.lastTerm(backward));
    this.convolutions.forEach((conv, i) => {
      conv.plan(planner, batch, forward, backward + 1 + i * termMoments, gradient?.steps ?? this.steps);
    });
    if (this.#all.some((term) => !isConvolution(term) && !isSpikes(term))) {
      const bytes = 4 * this.#kernels.api.channelTableLen(this.first.channels);
      this.#plainTable = planner.table(`${this.#name} identity`, bytes, [forward, backward], [forward, forward]);
    }
    if (gradient === null) return;
    const time = backward + backwardMoments - 1;
    let free = true;
    for (const identity of this.#identities) {
      const { source } = identity;
      if (!source.wantsGradient) continue;
      gradient.buffer.extend(time);
      // Its memory has one owner: a second value, or one with fewer steps, gets a sum of its own.
      const takes = free && source.gradient === null && source.steps === gradient.steps;
      identity.taken = takes;
      identity.adds = enterGradient(planner, source, batch, time, takes ? gradient.buffer : null);
      if (takes) free = false;
    }
  }

  /** Makes the maps of all terms from what is loaded alone. */
  fold(pass: Pass): void {
    for (const conv of this.convolutions) conv.fillTable(pass);
    this.fillPlainTable(pass);
  }

  /** The map of a value as it is. */
  fillPlainTable(pass: Pass): void {
    if (this.#plainTable !== null) pass.api.biasTable(this.first.channels, 0, address(pass, this.#plainTable));
  }

  forward(pass: Pass): void {
    for (const conv of this.convolutions) conv.forward(pass);
  }

  /** `kernel`: who is called with them. */
  addresses(pass: Pass, kernel: PlaneList): TermAddresses {
    const { second } = this;
    const first = this.#place(pass, this.first);
    if (second === null) return [...first, ResidualKind.None, 0, 1, 0];
    if (isConvolution(second) || second.kind === 'current') {
      return [...first, ResidualKind.Current, ...this.#place(pass, second)];
    }
    if (isBinary(second)) return [...first, ResidualKind.Spikes, ...this.#place(pass, second)];
    kernel.clearPlanes();
    for (const plane of second.planes) kernel.addPlane(address(pass, plane.data), plane.weight());
    return [...first, ResidualKind.Planes, 0, second.steps, 0];
  }

  #place(pass: Pass, term: Term): readonly [data: number, steps: number, table: number] {
    if (isConvolution(term)) return [address(pass, term.yBuffer), term.steps, address(pass, term.tableBuffer)];
    const table = isSpikes(term) ? 0 : address(pass, this.#plainTable as Buffer);
    return [address(pass, dataOf(term)), term.steps, table];
  }

  /**
   * From g = dL/dcurrent `[gSteps, B, H, W, C]` and the sums over it, of which there are `sumSteps`. `layer`: who sums up
   * the values' gradients.
   */
  backward(pass: Pass, layer: string, g: number, gSteps: number, sums: { at: number; steps: number }): void {
    const row = 4 * this.first.channels;
    const each = { g: sums.at, steps: sums.steps, stride: currentSums * this.first.channels };
    const of = (term: Term): Sums => ({ ...each, gy: sums.at + (term === this.first ? 1 : 2) * row });
    for (const conv of this.convolutions) conv.backward(pass, g, of(conv));
    for (const identity of this.#handed) {
      pass.watch?.layer(layer);
      const { source, adds } = identity;
      const into = address(pass, source.gradient as Buffer);
      const length = source.steps * pass.batch * source.height * source.width * source.channels;
      if (kernelOf(identity, gSteps) === 'accumulate') pass.api.accumulate(g, into, length);
      else pass.api.sumSteps(g, gSteps / source.steps, adds, into, length);
    }
  }
}

/** What hands g `[gSteps, ...]` on. */
function kernelOf({ source, adds }: Identity, gSteps: number): 'sumSteps' | 'accumulate' {
  return adds && source.steps === gSteps ? 'accumulate' : 'sumSteps';
}

function isConvolution(term: Term): term is Conv2dLayer {
  return term instanceof Conv2dLayer;
}

function isSpikes(term: Term): boolean {
  return !isConvolution(term) && term.kind === 'spikes';
}

function tableSteps(term: Term): number {
  return isConvolution(term) ? term.tableSteps : 1;
}
