import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
export const root = join(here, '..', '..');
export const targetsFolder = join(here, 'targets');
export const findingsFolder = join(root, 'target', 'fuzz');

/** Inputs from which the fuzzing of a target begins. */
export const corpusFolder = (name) => join(here, 'corpus', name);

/** A compiled file, e.g. 'datasets/formats/idx.js'. */
export function packageFile(file) {
  const [name, ...path] = file.split('/');
  return join(root, 'packages', name, 'dist', ...path);
}

/** Names of inputs that fuzzing found; those that somebody made have names of their own. */
export const isHash = (file) => /^[0-9a-f]{12}$/.test(file);
