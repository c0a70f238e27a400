/** The WebAssembly of `crates/images`, five times as fast and more; for what it does not have, the passes in TypeScript. */
import { inFixedPoint, resizeBytes as inTypeScript, type ResizeBytes } from './bytePasses.js';
import type { Taps } from './filters.js';
import { type ImagesWasm, layOut, ownWasm } from './ownWasm.js';

export const resizeBytes: ResizeBytes = (pixels, sizes, across, down) => {
  const { frames, height, width, channels } = sizes;
  if (frames !== 1 || (channels !== 3 && across !== null)) return inTypeScript(pixels, sizes, across, down);
  const between = across === null ? width : across.count.length;
  const made = (down === null ? height : down.count.length) * between * channels;
  return ownWasm.with((wasm) => {
    const parts = [pixels.length, height * between * channels, made, tapsBytes(across), tapsBytes(down)] as const;
    const [input, middle, output, acrossAt, downAt] = layOut(wasm, parts);
    new Uint8Array(wasm.memory.buffer, input, pixels.length).set(pixels);
    let from = input;
    if (across !== null) {
      putTaps(wasm, acrossAt, across);
      wasm.colour_rows(from, height, width, middle, acrossAt, between, across.most);
      from = middle;
    }
    if (down !== null) {
      putTaps(wasm, downAt, down);
      wasm.columns(from, height, between * channels, output, downAt, down.count.length, down.most);
      from = output;
    }
    return new Uint8Array(wasm.memory.buffer, from, made).slice();
  });
};

const tapsBytes = (taps: Taps | null) => (taps === null ? 0 : 4 * (2 * taps.count.length + taps.weights.length));

function putTaps({ memory }: ImagesWasm, at: number, taps: Taps): void {
  const { first, count } = taps;
  const weights = inFixedPoint(taps);
  const numbers = new Int32Array(memory.buffer, at, 2 * count.length + weights.length);
  numbers.set(first);
  numbers.set(count, count.length);
  numbers.set(weights, 2 * count.length);
}
