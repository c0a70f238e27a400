// Module hooks that instrument chosen files as they are loaded; `register` in coverage.mjs puts them to work.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { instrument } from './instrument.mjs';

let chosen = new Set();
let replaced = {};

/** Files by URL, and what they import from elsewhere: specifier to URL. */
export function initialize(files) {
  chosen = new Set(files.urls);
  replaced = files.replaced;
}

export function load(url, context, nextLoad) {
  if (!chosen.has(url)) return nextLoad(url, context);
  const source = instrument(readFileSync(fileURLToPath(url), 'utf8'), url, replaced);
  return { format: 'module', shortCircuit: true, source };
}
