/** What may tell where the engine's own files lie. */
import { type FileOrigin, inFolder } from './ownFiles.js';

/** `given`: the address of a script for all its workers, `worker.js`. */
export const engineWorker = (given: string | undefined): FileOrigin => ({
  packageName: 'kestirme',
  option: 'createEngine({ workerUrl })',
  given,
});

/** `folder`: the address of a copy of the package's folder `wasm`; `file`: in it. */
export const engineWasm = (folder: string | undefined, file: string): FileOrigin => ({
  packageName: 'kestirme',
  option: 'createEngine({ wasmUrl })',
  given: inFolder(folder, file),
});
