// The engine's thread as packages/core/src/engine/engineThread.ts, but on the pool of wasm-bindgen-rayon: this thread
// starts the pool's workers and is their parent. Made by hand of the engine's own parts, which the package keeps inside.
import { Session } from '../../packages/core/dist/engine/session.js';
import { bindApi } from '../../packages/core/dist/kernels/api.js';
import * as Comlink from '../../packages/core/node_modules/comlink/dist/esm/comlink.mjs';
import * as glue from '../../target/wasm/bindgen-rayon-pack/kestirme_wasm.js';

const pageBytes = 65_536;
const maximumPages = 65_536;
const stackBytes = 1_048_576;

async function kernelsOf(threads) {
  const memory = new WebAssembly.Memory({ initial: 64, maximum: maximumPages, shared: true });
  // The glue finds its file in the words that bundlers follow.
  const exports = await glue.default({ memory, thread_stack_size: stackBytes });
  glue.keepPanics();
  if (threads > 1) {
    await glue.initThreadPool(threads - 1);
    glue.useGlobalPool();
  }
  let failed = null;
  return {
    ...{ api: bindApi(exports), backend: 'wasm', simd: 'simd128', build: 'threads', threads },
    limit: { bytes: maximumPages * pageBytes, reason: 'for WebAssembly addresses 4 GiB' },
    memory: {
      get buffer() {
        return memory.buffer;
      },
      reserve: glue.reserve,
      release: glue.release,
    },
    sha256: async () => '',
    trapOf: (error) => (error instanceof WebAssembly.RuntimeError ? glue.lastPanic() || error.message : null),
    failure: () => failed,
    giveUp(cause) {
      failed ??= cause;
    },
    close: async () => {},
  };
}

async function open({ threads }) {
  const kernels = await kernelsOf(threads);
  Comlink.expose(new Session(kernels, undefined), globalThis);
  postMessage('ready');
}

globalThis.addEventListener('message', ({ data }) => open(data).catch((error) => reportError(error)), { once: true });
