/** A machine in this process: the built WebAssembly file, with its own threads. */
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { fillBits, fillFloats } from './fill.js';
import type { Machine } from './machine.js';

type Exports = Record<string, (...args: number[]) => number | number[] | undefined>;

interface Glue {
  initSync(options: { module: WebAssembly.Module; memory?: WebAssembly.Memory; thread_stack_size?: number }): unknown;
  startPool(threads: number): void;
  stopPool(): void;
}

const stackBytes = 1_048_576;

export class WebAssemblyMachine implements Machine {
  readonly #exports: Exports;
  readonly #memory: WebAssembly.Memory;
  readonly #end: () => Promise<void>;

  private constructor(exports: Exports, memory: WebAssembly.Memory, end: () => Promise<void>) {
    this.#exports = exports;
    this.#memory = memory;
    this.#end = end;
  }

  /** The build without threads for one thread. One machine of each build in a process. */
  static async open(threads: number): Promise<WebAssemblyMachine> {
    const build = threads === 1 ? 'single' : 'threads';
    const url = (name: string) => new URL(`../wasm/${build}/${name}`, import.meta.resolve('kestirme'));
    const glue = (await import(url('kestirme_wasm.js').href)) as Glue;
    const module = new WebAssembly.Module(readFileSync(url('kestirme_wasm_bg.wasm')));
    if (threads === 1) {
      const exports = glue.initSync({ module }) as Exports & { memory: WebAssembly.Memory };
      return new WebAssemblyMachine(exports, exports.memory, async () => {});
    }
    const memory = new WebAssembly.Memory({ initial: 64, maximum: 65_536, shared: true });
    const exports = glue.initSync({ module, memory, thread_stack_size: stackBytes }) as Exports;
    const workerData: ThreadData = { glue: url('kestirme_wasm.js').href, module, memory, stackBytes };
    const workers = Array.from(
      { length: threads },
      () => new Worker(new URL('./thread.js', import.meta.url), { workerData }),
    );
    await Promise.all(
      workers.map(
        (worker) =>
          new Promise((resolve, reject) => {
            worker.once('message', resolve);
            worker.once('error', reject);
          }),
      ),
    );
    glue.startPool(threads);
    return new WebAssemblyMachine(exports, memory, async () => {
      glue.stopPool();
      await Promise.all(workers.map((worker) => worker.terminate()));
    });
  }

  /** A function that makes the call; the export must take exactly these arguments. */
  bind(name: string, args: readonly number[]): () => number | number[] | undefined {
    const called = this.#exports[name];
    if (called === undefined) throw new Error(`the WebAssembly file has no export ${name}`);
    if (called.length !== args.length) throw new Error(`${name} takes ${called.length} arguments, not ${args.length}`);
    return () => called(...args);
  }

  async call(name: string, args: readonly number[]): Promise<number[]> {
    const result = this.bind(name, args)();
    // Addresses above 2 GiB come as negative numbers.
    return (result === undefined ? [] : [result].flat()).map((value) =>
      value < 0 && value % 1 === 0 ? value >>> 0 : value,
    );
  }

  async word(address: number): Promise<number> {
    return new Uint32Array(this.#memory.buffer, address, 1)[0] as number;
  }

  async floats(address: number, length: number, seed: number): Promise<void> {
    fillFloats(new Float32Array(this.#memory.buffer, address, length), seed);
  }

  async bits(address: number, rows: number, channels: number, rate: number, seed: number): Promise<void> {
    const words = rows * Math.ceil(channels / 32);
    fillBits(new Uint32Array(this.#memory.buffer, address, words), channels, rate, seed);
  }

  close(): Promise<void> {
    return this.#end();
  }
}

export interface ThreadData {
  glue: string;
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  stackBytes: number;
}
