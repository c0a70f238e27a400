import type { Platform } from './platform.js';

/** Module workers get their data as their first message, before comlink listens. */
const first = new Promise<unknown>((resolve) => {
  if (typeof WorkerGlobalScope !== 'undefined' && globalThis instanceof WorkerGlobalScope) {
    globalThis.addEventListener('message', (event) => resolve((event as MessageEvent).data), { once: true });
  }
});

declare const WorkerGlobalScope: { new (): typeof globalThis } | undefined;

export const platform: Platform = {
  cores: () => navigator.hardwareConcurrency || 1,
  threadsOverride: () => undefined,
  sharedMemory: () =>
    globalThis.crossOriginIsolated
      ? { available: true }
      : {
          available: false,
          reason:
            'the page is not cross-origin isolated; serve it with the headers ' +
            '"Cross-Origin-Opener-Policy: same-origin" and "Cross-Origin-Embedder-Policy: require-corp"',
        },

  async readFile(url) {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url.href}: HTTP ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  },

  startWorker(url, data) {
    const worker = new Worker(url, { type: 'module' });
    worker.postMessage(data);
    return {
      endpoint: worker,
      onEnd(listener) {
        worker.addEventListener('error', (event) => listener(new Error(event.message)), { once: true });
      },
      async terminate() {
        worker.terminate();
      },
    };
  },

  workerData: () => first,
  parentEndpoint: async () => globalThis as unknown as import('comlink').Endpoint,

  async sha256(pieces) {
    // WebCrypto hashes only what lies in memory as a whole.
    const whole = await new Blob(Array.from(pieces, (piece) => piece.slice() as Uint8Array<ArrayBuffer>)).arrayBuffer();
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', whole));
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  },

  hold: () => () => {},
};
