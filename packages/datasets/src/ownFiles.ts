/** What may tell where this package's own files lie: see ownFiles of kestirme. */
import { ownFiles } from 'kestirme';

type FileOrigin = ownFiles.FileOrigin;

/** `given`: the address of a script for all its workers, `worker.js`; `call`: what is told it. */
export const workerScript = (call: 'createLoader' | 'openDataset', given: string | undefined): FileOrigin => ({
  packageName: '@kestirme/datasets',
  option: `${call}({ workerUrl })`,
  given,
});

/** `folder`: the address of a copy of the package's folder `data`; `file`: in it. */
export const builtinFile = (folder: string | undefined, file: string): FileOrigin => ({
  packageName: '@kestirme/datasets',
  option: 'openDataset({ dataUrl })',
  given: ownFiles.inFolder(folder, file),
});

let wasmFolder: string | undefined;

/**
 * In Node: says for this thread where a copy of the .wasm files of images lies, for programs whose bundler leaves them
 * behind. What has read one already keeps it.
 */
export function readImageWasmFrom(folder: string | undefined): void {
  wasmFolder = folder ?? wasmFolder;
}

/** For a thread that is started: what this one was told. */
export const imageWasmFolder = () => wasmFolder;

export const imageWasm = (packageName: string, file: string): FileOrigin => ({
  packageName,
  option: '`wasmUrl` of openDataset or createLoader',
  given: ownFiles.inFolder(wasmFolder, file),
});
