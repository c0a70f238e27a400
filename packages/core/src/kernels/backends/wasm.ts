/**
 * Loads the WebAssembly build that fits the host and hands it to the threads of its pool.
 * The generated glue keeps its instance in module state, so each JavaScript thread has one instance of a build, which
 * all its inline engines share; an engine behind a worker has one of its own.
 */
import { platform } from '#platform';
import * as singleGlue from '../../../wasm/single/kestirme_wasm.js';
import * as threadsGlue from '../../../wasm/threads/kestirme_wasm.js';
import { mebibytes } from '../../memory/memoryLimit.js';
import { engineWasm } from '../../platform/engineFiles.js';
import type { OwnFile } from '../../platform/ownFiles.js';
import type { PoolInstance } from '../../threads/poolWorkers.js';
import { bindApi, type Exports, expectedAbi } from '../api.js';
import type { KernelMemory, Kernels, MemoryLimit } from '../kernels.js';
import { releaseArena, reserveArena } from './arena.js';
import { makeRoom } from './room.js';

type Build = 'threads' | 'single';
type Glue = typeof threadsGlue;

/** Of WebAssembly's 32-bit addresses. */
const maximumPages = 65_536;
const pageBytes = 65_536;
/** The module asks for at least this much at its start. */
const initialPages = 64;
const stackBytes = 1_048_576;
/** Left for the module's own data, stacks and the growth of the allocator. */
const reservedBytes = 67_108_864;

/** The number of threads when nobody says: the environment's, else one per core, at most 8. */
export function defaultThreads(): number {
  const override = platform.threadsOverride();
  if (override === undefined || override === '') return Math.max(1, Math.min(platform.cores(), 8));
  const threads = Number(override);
  if (!Number.isInteger(threads) || threads < 1 || threads > 64) {
    throw new RangeError(`KESTIRME_THREADS must be an integer from 1 to 64, got "${override}"`);
  }
  return threads;
}

/** A module with one SIMD instruction: refused by hosts without SIMD. */
const simdProbe = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);

/**
 * `ports`: to the other threads, which another thread than this one has started and watches: this one waits for them in
 * kernels, and would never hear of their end. `wasmUrl`: the folder of the files, where the program says it.
 */
export async function loadKernels(
  build: Build,
  threads: number,
  ports: readonly MessagePort[],
  wasmUrl?: string,
): Promise<Kernels> {
  if (!WebAssembly.validate(simdProbe)) {
    throw new Error(
      'this host has no WebAssembly SIMD, which every kernel needs; use Node 20.19 or later, or a browser from 2023 or later',
    );
  }
  const instance = await instantiate(build, wasmUrl);
  if (ports.length > 0) startPool(instance, ports);
  return {
    api: bindApi(instance.exports),
    memory: memoryOf(instance),
    limit: limitOf(instance),
    ...{ backend: 'wasm', simd: 'simd128' },
    build,
    threads: build === 'threads' ? threads : 1,
    sha256: instance.sha256,
    // The trap of a panic says only "unreachable".
    trapOf: (error) => (error instanceof WebAssembly.RuntimeError ? instance.glue.lastPanic() || error.message : null),
    failure: () => instance.failure,
    giveUp: (cause, owner) => giveUp(instance, cause, owner),
    close: async () => {},
  };
}

function memoryOf({ glue, memory }: Instance): KernelMemory {
  return {
    get buffer() {
      return memory.buffer;
    },
    reserve: (bytes) => reserveArena(glue, memory, bytes),
    release: (address, bytes) => releaseArena(glue, memory, address, bytes),
  };
}

function limitOf({ maximumBytes }: Instance): MemoryLimit {
  const reason =
    maximumBytes < maximumPages * pageBytes
      ? `for this host grants WebAssembly only ${mebibytes(maximumBytes)} of shared memory`
      : 'for WebAssembly addresses 4 GiB';
  return { bytes: maximumBytes - reservedBytes, reason };
}

/** Reckoned when first asked for: a page without a secure context has no SHA-256, and most runs need none. */
function hashOf(bytes: Uint8Array): () => Promise<string> {
  let hash: Promise<string> | null = null;
  return () => {
    hash ??= platform.sha256([bytes]);
    return hash;
  };
}

interface Instance {
  readonly build: Build;
  readonly glue: Glue;
  readonly exports: Exports;
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly maximumBytes: number;
  readonly sha256: () => Promise<string>;
  failure: Error | null;
}

const instances: Record<Build, Promise<Instance> | null> = { threads: null, single: null };
/** Owners of objects in instances that were given up. */
const given: { instances: number; owners: unknown[] } = { instances: 0, owners: [] };

function instantiate(build: Build, wasmUrl: string | undefined): Promise<Instance> {
  const instance = instances[build] ?? start(build, wasmUrl);
  instances[build] = instance;
  // The next one may be luckier, or be told where the file lies.
  instance.catch(() => {
    if (instances[build] === instance) instances[build] = null;
  });
  return instance;
}

async function start(build: Build, wasmUrl: string | undefined): Promise<Instance> {
  const started = await (build === 'threads' ? startThreaded(wasmUrl) : startSingle(wasmUrl));
  const abi = started.exports.abiVersion?.();
  if (abi !== expectedAbi) {
    throw new Error(`the WebAssembly files have ABI ${abi}, this code needs ${expectedAbi}: run npm run build:wasm`);
  }
  started.glue.keepPanics();
  return { build, ...started, failure: null };
}

type Compiled = Pick<Instance, 'glue' | 'module' | 'sha256'>;
type Started = Compiled & Pick<Instance, 'exports' | 'memory' | 'maximumBytes'>;

async function startThreaded(wasmUrl: string | undefined): Promise<Started> {
  const beside = () => new URL('../../../wasm/threads/kestirme_wasm_bg.wasm', import.meta.url);
  const file = { ...engineWasm(wasmUrl, 'threads/kestirme_wasm_bg.wasm'), beside };
  const compiled = await compile('threads', threadsGlue, file);
  const { memory, maximumBytes } = sharedMemory();
  const init = { module: compiled.module, memory, thread_stack_size: stackBytes };
  const exports = compiled.glue.initSync(init) as unknown as Exports;
  return { ...compiled, exports, memory, maximumBytes };
}

async function startSingle(wasmUrl: string | undefined): Promise<Started> {
  const beside = () => new URL('../../../wasm/single/kestirme_wasm_bg.wasm', import.meta.url);
  const file = { ...engineWasm(wasmUrl, 'single/kestirme_wasm_bg.wasm'), beside };
  const compiled = await compile('single', singleGlue as unknown as Glue, file);
  const started = compiled.glue.initSync({ module: compiled.module });
  const { memory } = started;
  return { ...compiled, exports: started as unknown as Exports, memory, maximumBytes: maximumPages * pageBytes };
}

const policyHelp =
  "the Content-Security-Policy lets no WebAssembly run: add 'wasm-unsafe-eval' to its script-src, for the page and its " +
  "workers' scripts, see docs/bundling.md";

async function compile(build: Build, first: Glue, file: OwnFile): Promise<Compiled> {
  const glue = await freshGlue(build, first);
  const bytes = await platform.readFile(file);
  const module = await WebAssembly.compile(bytes).catch((cause: Error) => {
    const { message } = cause;
    const href = file.given ?? file.beside().href;
    const forbidden = /content security policy|\bCSP\b/i.test(message);
    const words = forbidden ? `${policyHelp} (${message})` : `damaged (${message}); install or deploy it again`;
    throw new Error(`${href}: ${words}`, { cause });
  });
  return { glue, module, sha256: hashOf(bytes) };
}

/** The glue without an instance: another copy of `first` when instances were given up. */
async function freshGlue(build: Build, first: Glue): Promise<Glue> {
  if (given.instances === 0) return first;
  const name = `../../../wasm/${build}/kestirme_wasm.js?copy=${given.instances}`;
  try {
    return (await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as Glue;
  } catch (cause) {
    const what = 'after the failure of an engine in this thread, no second copy of the kernels can be loaded';
    const help =
      'bundled code has one only: reload the page or start the program again, or use createEngine, whose worker brings its own';
    throw new Error(`${what}; ${help}`, { cause });
  }
}

/** Memory with the largest maximum that the host grants, of 4 GiB and its halves. */
export function sharedMemory(): { memory: WebAssembly.Memory; maximumBytes: number } {
  let failure: unknown;
  for (let maximum = maximumPages; maximum >= maximumPages / 16; maximum /= 2) {
    try {
      const memory = new WebAssembly.Memory({ initial: initialPages, maximum, shared: true });
      return { memory, maximumBytes: maximum * pageBytes };
    } catch (error) {
      failure = error;
    }
  }
  throw new Error('the host grants no shared WebAssembly memory, not even 256 MiB', { cause: failure });
}

function giveUp(instance: Instance, cause: Error, owner: unknown): void {
  given.owners.push(owner);
  if (instance.failure !== null) return;
  instance.failure = cause;
  instances[instance.build] = null;
  given.instances++;
}

function startPool({ glue, module, memory }: Instance, ports: readonly MessagePort[]): void {
  makeRoom(glue, ports.length, stackBytes);
  for (const port of ports) port.postMessage({ module, memory, stackBytes } satisfies PoolInstance);
  glue.startPool(ports.length);
}
