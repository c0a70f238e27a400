import type { OwnFile } from './ownFiles.js';

/** Services of the host that the engine needs. `node.ts` and `browser.ts` each export one of these as `platform`. */
export interface Platform {
  /** Cores that the host reports. */
  cores(): number;
  /** KESTIRME_THREADS, where the host has environment variables. */
  threadsOverride(): string | undefined;
  /** KESTIRME_BACKEND, likewise. */
  backendOverride(): string | undefined;
  /** The native kernels for this machine. @throws Error in words where there are none. */
  loadNative(): Promise<LoadedNative>;
  /** Bytes of memory that this process could still take without swapping, if the host says so. */
  availableMemory(): number | null;
  /** Whether memory can be shared between workers here. */
  sharedMemory(): Ability;
  /** @throws where this code was bundled for another host. */
  requireHost(): void;
  /** The address that a program means: of a path, where the host has files, and of what is relative to a page. */
  urlOf(given: string): URL;
  /** The content of a file of this package's own, see ownFiles.ts. */
  readFile(file: OwnFile): Promise<Uint8Array<ArrayBuffer>>;
  /** Starts one of the engine's workers; it does not keep the process alive by itself. `transfer` goes over to it. */
  startWorker(script: WorkerScript, data: unknown, transfer: MessagePort[]): HostWorker;
  /** In a worker: the data that startWorker passed. */
  workerData(): Promise<unknown>;
  /** In a worker: the way to the thread that started it, in comlink's terms. */
  parentEndpoint(): Promise<import('comlink').Endpoint>;
  /** SHA-256 of the bytes of `pieces`, in hexadecimal; a piece may be overwritten when the next one is asked for. */
  sha256(pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<string>;
  /** Keeps the process alive until released: while a job runs in workers that are not counted. */
  hold(): () => void;
}

/** A file of native code in this process. */
export interface LoadedNative {
  readonly addon: {
    abiVersion(): number;
    /** An instance of the kernels, with `threads` threads of its own. */
    open(threads: number): object;
  };
  /** The instructions that it uses. */
  readonly simd: string;
  readonly file: string;
  /** Of the file. */
  sha256(): Promise<string>;
}

/** A service that a host may lack; then the reason, and the remedy. */
export type Ability = { available: true } | { available: false; reason: string };

/** Worker scripts, by their names in the folder `engine`. */
export type WorkerFile = 'engine/engineWorker.js' | 'threads/poolWorker.js';

export interface WorkerScript {
  file: WorkerFile;
  /**
   * Makes the worker where the host is a page: bundlers follow `new Worker(new URL('./file.js', import.meta.url))` in
   * exactly these words.
   */
  inPage(): Worker;
  /** Of a script that does for any of them, `worker.js`, where the program says where it lies; it is taken then. */
  url: string | undefined;
}

export interface HostWorker {
  endpoint: import('comlink').Endpoint;
  /** The worker failed or ended; called at most once, never after `terminate`. */
  onEnd(listener: (cause: Error) => void): void;
  terminate(): Promise<void>;
}
