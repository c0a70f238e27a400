/** The WebAssembly of `crates/images`, five times as fast and more; for what it does not have, the passes in TypeScript. */
import { existsSync, readFileSync } from 'node:fs';
import { ownFiles } from 'kestirme';
import { imageWasm } from '../ownFiles.js';
import { inFixedPoint, resizeBytes as inTypeScript, type ResizeBytes } from './bytePasses.js';
import type { Taps } from './filters.js';
import { WasmInstances } from './wasmInstances.js';

type Pass = (
  from: number,
  rows: number,
  width: number,
  to: number,
  taps: number,
  outputs: number,
  most: number,
) => void;

interface ImagesWasm {
  memory: WebAssembly.Memory;
  /** From where on the memory is free. */
  __heap_base: WebAssembly.Global;
  /** [rows, width, 3] to [rows, outputs, 3]; may read a byte behind. */
  colour_rows: Pass;
  /** [rows, width] to [outputs, width]. */
  columns: Pass;
}

const here = () => import.meta.url;
const beside = () => new URL('../../wasm/images.wasm', here());
const findFile = () => ownFiles.requireFile({ ...imageWasm('@kestirme/datasets', 'images.wasm'), beside }, existsSync);
const library = new WasmInstances<ImagesWasm>(() => readFileSync(findFile()), {});

export const resizeBytes: ResizeBytes = (pixels, sizes, across, down) => {
  const { frames, height, width, channels } = sizes;
  if (frames !== 1 || (channels !== 3 && across !== null)) return inTypeScript(pixels, sizes, across, down);
  const between = across === null ? width : across.count.length;
  const made = (down === null ? height : down.count.length) * between * channels;
  return library.with((wasm) => {
    const parts = [pixels.length, height * between * channels, made, tapsBytes(across), tapsBytes(down)];
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

const page = 65_536;
/** Between parts: what a pass reads behind its input, and addresses that numbers may have. */
const gap = 16;

/** Addresses for parts of so many bytes; the memory grows as it has to. */
function layOut(
  { memory, __heap_base }: ImagesWasm,
  bytes: readonly number[],
): [number, number, number, number, number] {
  let end = __heap_base.value as number;
  const addresses = bytes.map((length) => {
    const address = Math.ceil(end / gap) * gap;
    end = address + length + gap;
    return address;
  });
  const missing = end - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / page));
  return addresses as [number, number, number, number, number];
}

const tapsBytes = (taps: Taps | null) => (taps === null ? 0 : 4 * (2 * taps.count.length + taps.weights.length));

function putTaps({ memory }: ImagesWasm, at: number, taps: Taps): void {
  const { first, count } = taps;
  const weights = inFixedPoint(taps);
  const numbers = new Int32Array(memory.buffer, at, 2 * count.length + weights.length);
  numbers.set(first);
  numbers.set(count, count.length);
  numbers.set(weights, 2 * count.length);
}
