/**
 * One piece of memory for everything in a plan. The module's allocator gives at most 2 GiB at once (Rust's largest size);
 * larger arenas are taken from the memory's end. A memory cannot shrink, so those are kept for the next that fits.
 */
/** The module's allocator. */
interface Allocator {
  reserve(bytes: number): number;
  release(address: number, bytes: number): void;
}

const pageBytes = 65_536;
const allocatorBytes = 2_147_483_648 - pageBytes;

interface Region {
  address: number;
  bytes: number;
}

/** Spans that were taken from a memory's end and are free again. */
const spare = new WeakMap<WebAssembly.Memory, Region[]>();
/** Spans in use, by address. */
const taken = new WeakMap<WebAssembly.Memory, Map<number, Region>>();

/** Address of `bytes` zero bytes at a multiple of 64; 0 when the host has no more. */
export function reserveArena(allocator: Allocator, memory: WebAssembly.Memory, bytes: number): number {
  const free = spare.get(memory) ?? [];
  const region = free.find((one) => one.bytes >= bytes) ?? (bytes > allocatorBytes ? grow(memory, bytes) : null);
  if (region === null) return bytes > allocatorBytes ? 0 : allocator.reserve(bytes);
  spare.set(
    memory,
    free.filter((one) => one !== region),
  );
  taken.set(memory, (taken.get(memory) ?? new Map()).set(region.address, region));
  return region.address;
}

function grow(memory: WebAssembly.Memory, bytes: number): Region | null {
  const pages = Math.ceil(bytes / pageBytes);
  try {
    return { address: memory.grow(pages) * pageBytes, bytes: pages * pageBytes };
  } catch {
    return null;
  }
}

/** Gives back a span of `reserveArena`, with the same size. */
export function releaseArena(allocator: Allocator, memory: WebAssembly.Memory, address: number, bytes: number): void {
  const region = taken.get(memory)?.get(address);
  if (region === undefined) {
    allocator.release(address, bytes);
    return;
  }
  taken.get(memory)?.delete(address);
  new Uint8Array(memory.buffer, address, bytes).fill(0);
  spare.set(memory, [...(spare.get(memory) ?? []), region]);
}
