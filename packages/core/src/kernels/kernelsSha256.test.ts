import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createEngine, createInlineEngine } from '../engine/createEngine.js';

const manifest = JSON.parse(readFileSync(new URL('../../wasm/manifest.json', import.meta.url), 'utf8'));

it.each([
  ['single', createInlineEngine],
  ['threads', createInlineEngine],
  ['threads', createEngine],
] as const)('the build %s tells the hash of the file that it runs', async (build, create) => {
  const engine = await create({ build, threads: 1 });
  const { sha256 } = manifest.files[`${build}/kestirme_wasm_bg.wasm`];
  expect([await engine.kernelsSha256(), await engine.kernelsSha256()]).toEqual([sha256, sha256]);
  await engine.close();
});
