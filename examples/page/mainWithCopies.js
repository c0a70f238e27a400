// For bundlers that leave it behind: esbuild and rollup. Their configurations put it where the page looks for it here.
import { showPage } from './page.js';

showPage({
  dataset: { dataUrl: './data' },
  loader: { workerUrl: './data-worker.js' },
  engine: { workerUrl: './engine-worker.js', wasmUrl: './wasm' },
});
