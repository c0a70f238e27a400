import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ownFiles } from 'kestirme';
import { imageWasm } from '../ownFiles.js';

/** What every library compiled to WebAssembly has. */
interface WithMemory {
  memory: WebAssembly.Memory;
}

/** What a C library gives and takes. */
export interface WasmLibrary extends WithMemory {
  malloc(bytes: number): number;
  free(address: number): void;
}

/** Memory from where on an instance is not kept for the next image: it never shrinks. */
const mostKept = 64 * 1024 * 1024;

/** Instances of a library, made when needed, one at a time. */
export class WasmInstances<Library extends WithMemory> {
  readonly #read: () => Uint8Array;
  readonly #imports: WebAssembly.Imports;
  #module: WebAssembly.Module | null = null;
  #instance: Library | null = null;

  /** `read`: gives the content of its file. */
  constructor(read: () => Uint8Array, imports: WebAssembly.Imports) {
    this.#read = read;
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
    this.#module ??= new WebAssembly.Module(this.#read() as Uint8Array<ArrayBuffer>);
    return new WebAssembly.Instance(this.#module, this.#imports).exports as unknown as Library;
  }
}

/** Not in the words that bundlers follow: what they would make of a file's name in a variable does not run. */
const here = () => import.meta.url;
const ownRequire = () => createRequire(here());

/** Reads a file of another package; `file`: as one imports it, PACKAGE/FILE.wasm. */
export function ofPackage(file: string): () => Uint8Array {
  const beside = () => pathToFileURL(ownRequire().resolve(file));
  return () => {
    const origin = imageWasm(file.slice(0, file.lastIndexOf('/')), basename(file));
    return readFileSync(ownFiles.requireFile({ ...origin, beside }, existsSync));
  };
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
