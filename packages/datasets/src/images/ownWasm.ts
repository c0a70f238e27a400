/** The WebAssembly of `crates/images`. It has one memory and allocates nothing: who calls it lays out what it works on. */
import { existsSync, readFileSync } from 'node:fs';
import { ownFiles } from 'kestirme';
import { imageWasm } from '../ownFiles.js';
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

export interface ImagesWasm {
  memory: WebAssembly.Memory;
  /** From where on the memory is free. */
  __heap_base: WebAssembly.Global;
  /** [rows, width, 3] to [rows, outputs, 3]; may read a byte behind. */
  colour_rows: Pass;
  /** [rows, width] to [outputs, width]. */
  columns: Pass;
  /** Bytes that `decode_jpeg` needs beside input and output. */
  jpeg_scratch(bytes: number, height: number, width: number): number;
  /** 1: `to` has red, green and blue of each pixel; 0: it is no image of the usual form, or damaged. */
  decode_jpeg(from: number, bytes: number, height: number, width: number, scratch: number, to: number): number;
}

const here = () => import.meta.url;
const beside = () => new URL('../../wasm/images.wasm', here());
const findFile = () => ownFiles.requireFile({ ...imageWasm('@kestirme/datasets', 'images.wasm'), beside }, existsSync);
export const ownWasm = new WasmInstances<ImagesWasm>(() => readFileSync(findFile()), {});

const page = 65_536;
/** Between parts: what a pass reads behind its input, and addresses that numbers may have. */
const gap = 16;

/** Addresses for parts of so many bytes; the memory grows as it has to. */
export function layOut<const Parts extends readonly number[]>(
  { memory, __heap_base }: ImagesWasm,
  bytes: Parts,
): { [i in keyof Parts]: number } {
  let end = __heap_base.value as number;
  const addresses = bytes.map((length) => {
    const address = Math.ceil(end / gap) * gap;
    end = address + length + gap;
    return address;
  });
  const missing = end - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / page));
  return addresses as { [i in keyof Parts]: number };
}
