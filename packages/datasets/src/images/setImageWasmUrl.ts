import { folderUrl, type GivenUrl } from 'kestirme';
import { readImageWasmFrom } from '../ownFiles.js';

/**
 * Says where the .wasm files of images lie, all in one folder, for `decodeImage` and `resizeImage` of programs whose bundler
 * leaves them behind; as `wasmUrl` of `openDataset` and `createLoader` does.
 */
export function setImageWasmUrl(folder: GivenUrl): void {
  readImageWasmFrom(folderUrl('wasmUrl', folder));
}
