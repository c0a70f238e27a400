/** The hash of the weights, as `Engine.weightsSha256` has it, of tensors outside an engine. */
import { platform } from '#platform';
import type { State } from '../engine/types.js';
import { canonicaliseNaN } from '../loaded/canonical.js';
import { isOfOptimizer } from '../loaded/tensorNames.js';
import { type Tensors, tensorsOf } from './tensors.js';

/**
 * Of a state that was read from an engine, or of a checkpoint: in the order of its tensors, which is the network's. It stays
 * as it is; only what holds a NaN is copied.
 */
export function weightsSha256(state: State): Promise<string> {
  return tensorsSha256(tensorsOf(state));
}

/** The same of tensors that are read one at a time. */
export function tensorsSha256(tensors: Tensors): Promise<string> {
  return platform.sha256(bytesOf(tensors));
}

async function* bytesOf({ shapes, read }: Tensors): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for (const name of shapes.keys()) {
    if (isOfOptimizer(name)) continue;
    yield encoder.encode(`${name}\0`);
    const own = await read(name);
    const data = own.some(Number.isNaN) ? canonicaliseNaN(own.slice()) : own;
    yield new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }
}
