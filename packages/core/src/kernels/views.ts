import type { KernelMemory } from './kernels.js';

type View = Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array;
type ViewKind<V extends View> = new (buffer: ArrayBufferLike, address: number, length: number) => V;

/** Views of the kernels' memory. Each is made once, and again when the memory has grown: a step makes none. */
export class Views {
  readonly #memory: KernelMemory;
  #buffer: ArrayBufferLike | null = null;
  /** Buffers of a plan share addresses: there may be several at one. */
  readonly #byAddress = new Map<number, View[]>();

  constructor(memory: KernelMemory) {
    this.#memory = memory;
  }

  /** Of `length` numbers at an address; not to be kept. */
  of<V extends View>(kind: ViewKind<V>, address: number, length: number): V {
    const { buffer } = this.#memory;
    if (buffer !== this.#buffer) {
      this.#byAddress.clear();
      this.#buffer = buffer;
    }
    let views = this.#byAddress.get(address);
    if (views === undefined) {
      views = [];
      this.#byAddress.set(address, views);
    }
    for (const view of views) if (view instanceof kind && view.length === length) return view;
    const made = new kind(buffer, address, length);
    views.push(made);
    return made;
  }
}
