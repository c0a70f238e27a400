/** Reads the spikes of one image, which come as bits [T, H, W, words of C]. */
import type { ValueShape } from 'kestirme';
import type { Raster } from './protocol.js';

/** Neurons of a layer that the raster shows. */
const shown = 32;

/** Spikes of one layer. */
export class LayerSpikes {
  readonly shape: ValueShape;
  readonly #bits: Uint32Array;
  readonly #words: number;

  constructor(shape: ValueShape, bits: Uint32Array) {
    this.shape = shape;
    this.#bits = bits;
    this.#words = Math.ceil(shape.channels / 32);
    const expected = shape.steps * shape.height * shape.width * this.#words;
    if (bits.length !== expected) throw new RangeError(`${expected} words of spikes expected, got ${bits.length}`);
  }

  fired(step: number, pixel: number, channel: number): boolean {
    const { height, width } = this.shape;
    const word = this.#bits[(step * height * width + pixel) * this.#words + (channel >> 5)] as number;
    return ((word >>> (channel & 31)) & 1) === 1;
  }

  /** By channel: share of ones over all steps and pixels. */
  rates(): number[] {
    const { steps, height, width, channels } = this.shape;
    const counts = new Array<number>(channels).fill(0);
    for (let step = 0; step < steps; step++) {
      for (let pixel = 0; pixel < height * width; pixel++) {
        for (let channel = 0; channel < channels; channel++) {
          if (this.fired(step, pixel, channel)) counts[channel] = (counts[channel] as number) + 1;
        }
      }
    }
    return counts.map((count) => count / (steps * height * width));
  }
}

export function rasterOf(layers: readonly LayerSpikes[]): Raster {
  const steps = Math.max(...layers.map(({ shape }) => shape.steps));
  const fired = new Uint8Array(layers.length * steps * shown);
  layers.forEach((layer, l) => {
    const { height, width, channels } = layer.shape;
    for (let step = 0; step < layer.shape.steps; step++) {
      for (let k = 0; k < shown; k++) {
        // Spread over the whole map, and over channels.
        const neuron = Math.floor(((k + 0.5) * height * width * channels) / shown);
        const [pixel, channel] = [Math.floor(neuron / channels), (neuron + k) % channels];
        if (layer.fired(step, pixel, channel)) fired[(l * steps + step) * shown + k] = 1;
      }
    }
  });
  const mean = (numbers: number[]) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
  return { layers: layers.length, steps, neurons: shown, fired, rates: layers.map((layer) => mean(layer.rates())) };
}
