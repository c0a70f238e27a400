// Copies what a bundler does not bring into the folder of the page.
import { cpSync } from 'node:fs';

/** Needed by all but Vite, which begins with the page. */
export function copyPage(folder) {
  for (const file of ['index.html', 'style.css', 'icon.svg']) cpSync(file, `${folder}/${file}`);
}

/** Needed by esbuild and rollup: the built-in digits, and WebAssembly. */
export function copyPackageFiles(folder) {
  cpSync('node_modules/@kestirme/datasets/data', `${folder}/data`, { recursive: true });
  cpSync('node_modules/kestirme/wasm', `${folder}/wasm`, { recursive: true });
}
