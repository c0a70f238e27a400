import { engineWorker } from './engineFiles.js';
import { fetchFile, requirePage, startPageWorker } from './ownFiles.js';
import type { HostWorker, Platform } from './platform.js';

const insecure = 'the page is not in a secure context; serve it by https, or from localhost';

export const platform: Platform = {
  cores: () => navigator.hardwareConcurrency || 1,
  threadsOverride: () => undefined,
  backendOverride: () => undefined,
  loadNative: async () => {
    throw new Error('a page runs no native code');
  },
  availableMemory: () => null,

  sharedMemory() {
    if (globalThis.crossOriginIsolated) return { available: true };
    const headers =
      '"Cross-Origin-Opener-Policy: same-origin" and "Cross-Origin-Embedder-Policy: require-corp" ' +
      '(on the page and on its scripts)';
    const reason = globalThis.isSecureContext
      ? `the page is not cross-origin isolated; serve it with the headers ${headers}`
      : `${insecure}, and with the headers ${headers}`;
    return { available: false, reason };
  },

  requireHost: requirePage,
  readFile: fetchFile,

  urlOf: (given) => new URL(given, location.href),

  startWorker({ inPage, url }, data, transfer) {
    const { worker, unloaded } = startPageWorker(inPage, engineWorker(url));
    // Waits in the worker's queue until its script listens, see workerData.
    worker.postMessage(data, transfer);
    return supervised(worker, unloaded);
  },

  // Called before the script first waits for anything, so that the message is not missed.
  workerData: () =>
    new Promise((resolve) => {
      globalThis.addEventListener('message', (event) => resolve((event as MessageEvent).data), { once: true });
    }),

  parentEndpoint: async () => globalThis as unknown as import('comlink').Endpoint,

  async sha256(pieces) {
    if (crypto.subtle === undefined) throw new Error(`no SHA-256: ${insecure}`);
    // WebCrypto hashes only what lies in memory as a whole.
    const parts: Uint8Array<ArrayBuffer>[] = [];
    if (Symbol.asyncIterator in pieces) for await (const piece of pieces) parts.push(piece.slice());
    else for (const piece of pieces) parts.push(piece.slice());
    const whole = await new Blob(parts).arrayBuffer();
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', whole));
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  },

  hold: () => () => {},
};

function supervised(worker: Worker, unloaded: string): HostWorker {
  let over = false;
  return {
    endpoint: worker,
    onEnd(listener) {
      const end = (message: string) => {
        if (over) return;
        over = true;
        // An error leaves a page's worker alive.
        worker.terminate();
        listener(new Error(message));
      };
      // A script that cannot be loaded is told by an event without a message.
      worker.addEventListener('error', (event) => {
        // Told to the listener, so it is no uncaught error of the page.
        event.preventDefault();
        end(event.message || unloaded);
      });
      worker.addEventListener('messageerror', () => end('a message of a worker could not be read'));
    },
    async terminate() {
      over = true;
      worker.terminate();
    },
  };
}
