/**
 * The built WebAssembly keeps denormals and the sign of zero, on every thread: crates/kernels/tests/denormals.rs says
 * the same of the native kernels. Expected values are f32 arithmetic by `Math.fround`, which rounds a 64-bit result as
 * IEEE 754 rounds the 32-bit operation.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../random/philox.js';
import { pooledKernels } from './backends/pooled.test.support.js';
import { loadKernels } from './backends/wasm.js';
import type { Kernels } from './kernels.js';

const f32 = Math.fround;

/** Denormals of either sign, of at most `bits` bits. */
function denormals(length: number, bits: number, seed: number): Float32Array {
  const random = new RandomStream(seed, 5);
  const mask = (1 << bits) - 1;
  const words = Uint32Array.from({ length }, () => (random.below(2) << 31) | (random.below(mask) & mask) | 1);
  return new Float32Array(words.buffer);
}

const wordsOf = (floats: Float32Array) => Buffer.from(floats.buffer, floats.byteOffset, floats.byteLength);
const leastNormal = new Float32Array(Uint32Array.of(0x00800000).buffer)[0] as number;

function shareOfDenormals(floats: Float32Array): number {
  return floats.filter((x) => x !== 0 && Math.abs(x) < leastNormal).length / floats.length;
}

describe.each([
  ['single', 1],
  ['threads', 3],
] as const)('the build %s on %i threads', (build, threads) => {
  let kernels: Kernels;
  const reserved: [number, number][] = [];

  beforeAll(async () => {
    kernels = build === 'single' ? await loadKernels(build, threads, []) : await pooledKernels(threads);
  });
  afterAll(async () => {
    for (const [at, bytes] of reserved) kernels.memory.release(at, bytes);
    await kernels.close();
  });

  /** The address of a copy in the module's memory. */
  function put(values: Float32Array | Uint32Array): number {
    const bytes = values.byteLength;
    const at = kernels.memory.reserve(bytes);
    reserved.push([at, bytes]);
    const whole = new Uint8Array(values.buffer, values.byteOffset, bytes);
    new Uint8Array(kernels.memory.buffer, at, bytes).set(whole);
    return at;
  }

  const take = (at: number, length: number) => new Float32Array(kernels.memory.buffer, at, length).slice();

  it('steps of SGD', () => {
    // Three tasks, one for each thread.
    const length = 40_001;
    const [gradient, weights, velocity] = [1, 2, 3].map((seed) => denormals(length, 23, seed)) as [
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    const [lr, momentum, decay, scale] = [0.3, 0.9, 0.25, 0.7].map(f32) as [number, number, number, number];
    const [atGradient, atWeights, atVelocity] = [put(gradient), put(weights), put(velocity)];
    const scratch = put(new Float32Array(2 * kernels.api.updateScratchLen(length)));
    kernels.api.sgdStep(lr, momentum, false, decay, scale, length, atGradient, atWeights, atVelocity, scratch);
    const [wantWeights, wantVelocity] = [new Float32Array(length), new Float32Array(length)];
    for (let i = 0; i < length; i++) {
      const [g, w, v] = [gradient[i], weights[i], velocity[i]] as [number, number, number];
      const pull = f32(f32(g * scale) + f32(decay * w));
      wantVelocity[i] = f32(f32(momentum * v) + pull);
      wantWeights[i] = f32(w - f32(lr * (wantVelocity[i] as number)));
    }
    expect(shareOfDenormals(wantWeights)).toBeGreaterThan(0.5);
    expect(wordsOf(take(atVelocity, length)).equals(wordsOf(wantVelocity))).toBe(true);
    expect(wordsOf(take(atWeights, length)).equals(wordsOf(wantWeights))).toBe(true);
  });

  it('convolutions of spikes, in vectors of four', () => {
    const [pixels, inputs, outputs] = [15, 8, 36];
    const random = new RandomStream(4, 5);
    const spikes = Uint32Array.from({ length: pixels }, () => random.below(1 << inputs));
    const weights = denormals(outputs * inputs, 14, 5);
    const convolution = new kernels.api.Conv2d(1, 3, 5, inputs, outputs, 1, 1, 0);
    const { forwardWords: words, forwardFloats: floats } = convolution;
    const packed = put(new Float32Array(outputs * inputs));
    kernels.api.packWeights(put(weights), outputs, inputs, inputs, outputs, 1, packed);
    const y = put(new Float32Array(pixels * outputs));
    convolution.forward(put(spikes), packed, put(new Uint32Array(words)), put(new Float32Array(floats)), y);
    const want = Float32Array.from({ length: pixels * outputs }, (_, i) => {
      const [pixel, output] = [Math.floor(i / outputs), i % outputs];
      let sum = 0;
      for (let input = 0; input < inputs; input++) {
        if (((spikes[pixel] as number) >> input) & 1) sum += weights[output * inputs + input] as number;
      }
      return sum;
    });
    expect(shareOfDenormals(want)).toBeGreaterThan(0.5);
    expect(wordsOf(take(y, want.length)).equals(wordsOf(want))).toBe(true);
  });

  it('the sign of zero', () => {
    const length = 20_000;
    const minus = new Float32Array(length).fill(-0);
    const into = put(minus);
    kernels.api.accumulate(put(minus), into, length);
    expect(wordsOf(take(into, length)).equals(wordsOf(minus))).toBe(true);
    kernels.api.accumulate(put(new Float32Array(length)), into, length);
    expect(wordsOf(take(into, length)).equals(wordsOf(new Float32Array(length)))).toBe(true);
  });
});
