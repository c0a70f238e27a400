/** What the engine needs of its host. `node.ts` and `browser.ts` each export one of these as `platform`. */
export interface Platform {
  /** Cores that the host reports. */
  cores(): number;
  /** KESTIRME_THREADS, where the host has environment variables. */
  threadsOverride(): string | undefined;
  /** Whether memory can be shared between workers here; if not, why and what would change it. */
  sharedMemory(): { available: true } | { available: false; reason: string };
  /** The content of a file that lies beside this package's code. */
  readFile(url: URL): Promise<Uint8Array<ArrayBuffer>>;
  /** Starts a module worker; it does not keep the process alive by itself. */
  startWorker(url: URL, data: unknown): HostWorker;
  /** In a worker: what startWorker passed. */
  workerData(): Promise<unknown>;
  /** In a worker: the way to the thread that started it, in comlink's terms. */
  parentEndpoint(): Promise<import('comlink').Endpoint>;
  /** SHA-256 of what `pieces` gives, in hexadecimal; a piece may be overwritten when the next one is asked for. */
  sha256(pieces: Iterable<Uint8Array>): Promise<string>;
  /** Keeps the process alive until released: while a job runs in workers that are not counted. */
  hold(): () => void;
}

export interface HostWorker {
  endpoint: import('comlink').Endpoint;
  /** The worker failed or ended; called at most once, never after `terminate`. */
  onEnd(listener: (cause: Error) => void): void;
  terminate(): Promise<void>;
}
