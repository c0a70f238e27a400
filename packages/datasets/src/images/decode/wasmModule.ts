import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** What a C library compiled to WebAssembly gives and takes. */
export interface WasmLibrary {
  memory: WebAssembly.Memory;
  malloc(bytes: number): number;
  free(address: number): void;
}

/** Memory from where on an instance is not kept for the next image: it never shrinks. */
const mostKept = 64 * 1024 * 1024;

/** Instances of a library in a package, made when needed, one at a time. */
export class WasmInstances<Library extends WasmLibrary> {
  readonly #file: string;
  readonly #imports: WebAssembly.Imports;
  #module: WebAssembly.Module | null = null;
  #instance: Library | null = null;

  /** `file`: as one imports it, PACKAGE/FILE.wasm. */
  constructor(file: string, imports: WebAssembly.Imports) {
    this.#file = file;
    this.#imports = imports;
  }

  /** Gives `use` an instance. One that threw, or has grown large, is left to the garbage collector. */
  with<T>(use: (library: Library) => T): T {
    const library = this.#instance ?? this.#make();
    this.#instance = null;
    const result = use(library);
    if (library.memory.buffer.byteLength <= mostKept) this.#instance = library;
    return result;
  }

  #make(): Library {
    this.#module ??= new WebAssembly.Module(readFileSync(createRequire(import.meta.url).resolve(this.#file)));
    return new WebAssembly.Instance(this.#module, this.#imports).exports as unknown as Library;
  }
}

/** Copies bytes into an instance's memory; gives their address. @throws Error when there is no room. */
export function copyIn({ memory, malloc }: WasmLibrary, bytes: Uint8Array): number {
  const address = allocate(malloc, bytes.length);
  new Uint8Array(memory.buffer, address, bytes.length).set(bytes);
  return address;
}

export function allocate(malloc: WasmLibrary['malloc'], bytes: number): number {
  const address = malloc(bytes);
  if (address === 0) throw new RangeError(`no memory for ${bytes} bytes of an image`);
  return address;
}

/** A system call that no image needs. */
export function refuse(call: string): () => never {
  return () => {
    throw new Error(`an image decoder called ${call}`);
  };
}
