/**
 * Membranes that start at random: made before each pass of a layer of neurons, there and back. In evaluations, too, as in the
 * program of Spiking-PointNet; but an image has the same ones in each of them.
 */
import { address, type Pass } from './pass.js';
import type { Buffer, Planner } from './planner.js';

/** What the random numbers of a layer depend on, besides step and image. */
export interface StartPlace {
  seed: number;
  /** The layer's number among those of neurons. */
  layer: number;
  /** Membranes are from 0 to this; 0: none is random. */
  top: number;
}

interface Sizes {
  height: number;
  width: number;
  trueChannels: number;
  channels: number;
}

export class RandomStart {
  readonly #place: StartPlace;
  readonly #sizes: Sizes;
  /** In the forward pass and in the backward pass. The numbers are cheap to make again, and half of the memory to keep. */
  #there: Buffer | null = null;
  #back: Buffer | null = null;

  constructor(place: StartPlace, sizes: Sizes) {
    this.#place = place;
    this.#sizes = sizes;
  }

  plan(planner: Planner, layer: string, batch: number, forward: number, backward: number): void {
    if (this.#place.top === 0) return;
    const { height, width, channels } = this.#sizes;
    const bytes = 4 * batch * height * width * channels;
    this.#there = planner.buffer(`${layer} first membranes`, bytes, [forward, forward], [forward, forward]);
    this.#back = planner.buffer(`${layer} first membranes again`, bytes, [backward, backward], null);
  }

  /** Where they are; 0: they are zero. */
  forward(pass: Pass): number {
    return this.#make(pass, this.#there);
  }

  backward(pass: Pass): number {
    return this.#make(pass, this.#back);
  }

  #make(pass: Pass, buffer: Buffer | null): number {
    if (buffer === null) return 0;
    const { seed, layer, top } = this.#place;
    const { height, width, trueChannels, channels } = this.#sizes;
    const at = address(pass, buffer);
    const { batch, samples, step } = pass;
    pass.api.randomMembranes(seed, layer, step, samples, batch, height * width, trueChannels, channels, top, at);
    return at;
  }
}
