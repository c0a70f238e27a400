import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataFile } from '@kestirme/datasets';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { neutralOptions } from '../config/optionReach.js';
import { canonicalJson } from './canonicalJson.js';
import { configurationHashes, shortFingerprint } from './fingerprint.js';
import type { Session } from './fingerprintCheck.js';
import { RunFolder } from './folder.js';
import { readFingerprint, recordFingerprint } from './recordFingerprint.js';
import { sampleConfig } from './sample.test.support.js';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kestirme-fingerprint-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const config = sampleConfig();
const files = [
  { name: 'train.bin', bytes: 3, sha256: '1'.repeat(64) },
  { name: 'test.bin', bytes: 2, sha256: '2'.repeat(64) },
];
const kernels = { build: 'threads', backend: 'wasm', simd: 'simd128' } as const;
const engine = (hash: string) => ({ ...kernels, kernelsSha256: async () => hash.repeat(64) });

describe('the hash of a configuration', () => {
  const { results, neutral } = configurationHashes(config);

  it('does not know the order of the options, nor where the data lie', () => {
    const shuffled = Object.fromEntries(Object.entries(config).reverse());
    expect(configurationHashes(shuffled)).toEqual({ results, neutral });
    const here = configurationHashes({ ...config, data: 'mnist:here' });
    const there = configurationHashes({ ...config, data: 'mnist:there' });
    expect(here.results).toBe(there.results);
    expect(here.neutral).not.toBe(there.neutral);
  });

  it('changes with every option, in the half that it belongs to', () => {
    for (const [key, value] of Object.entries(config)) {
      if (key === 'schema' || key === 'version') continue;
      const changed = typeof value === 'number' ? value + 1 : `other ${value}`;
      const hashes = configurationHashes({ ...config, [key]: changed });
      const isNeutral = neutralOptions.includes(key);
      expect([key, hashes.results === results]).toEqual([key, isNeutral]);
      expect([key, hashes.neutral === neutral]).toEqual([key, !isNeutral && key !== 'data']);
    }
  });

  it('is over JSON with sorted keys, at any depth', () => {
    expect(canonicalJson({ b: [{ d: 1, c: 'x' }], a: -0.5, B: null })).toBe(
      '{"B":null,"a":-0.5,"b":[{"c":"x","d":1}]}',
    );
  });
});

const images = { files, wholeFiles: () => Promise.reject(new Error('nothing asked for it')) };

describe('a fingerprint', () => {
  it('is kept from the start, with every program that computed the run', async () => {
    const folder = new RunFolder(dir);
    const first = await recordFingerprint(folder, { config, images, engine: engine('a') }, false);
    expect(await readFingerprint(folder)).toEqual(first);
    const again = await recordFingerprint(folder, { config, images, engine: engine('a') }, true);
    expect(again.sessions).toHaveLength(1);
    const other = await recordFingerprint(folder, { config, images, engine: engine('b') }, true);
    expect(other.sessions.map((one) => one.kernelsSha256[0])).toEqual(['a', 'b']);
    expect(shortFingerprint(other)).toMatch(
      /^config [0-9a-f]{8}, data [0-9a-f]{8}, program \d+\.\d+\.\d+\/wasm-simd128\/aaaaaaaa then \d+\.\d+\.\d+\/wasm-simd128\/bbbbbbbb$/,
    );
    const anew = await recordFingerprint(folder, { config, images, engine: engine('b') }, false);
    expect(anew.sessions.map((one) => one.kernelsSha256[0])).toEqual(['b']);
  });

  it('names the kernels of each session', async () => {
    const folder = new RunFolder(dir);
    await recordFingerprint(folder, { config, images, engine: engine('a') }, false);
    const native = { ...engine('b'), backend: 'native', simd: 'avx2' } as const;
    const { sessions } = await recordFingerprint(folder, { config, images, engine: native }, true);
    expect(sessions).toMatchObject([
      { build: 'threads', backend: 'wasm', simd: 'simd128', kernelsSha256: 'a'.repeat(64) },
      { build: 'threads', backend: 'native', simd: 'avx2', kernelsSha256: 'b'.repeat(64) },
    ]);
  });

  it('of a version before is WebAssembly, and goes on without a second session', async () => {
    const folder = new RunFolder(dir);
    const now = await recordFingerprint(folder, { config, images, engine: engine('a') }, false);
    const [{ backend, simd, kernelsSha256, ...before }] = now.sessions as [Session];
    const old = { ...now, sessions: [{ ...before, wasmSha256: kernelsSha256 }] };
    writeFileSync(join(dir, 'fingerprint.json'), JSON.stringify(old));
    expect(await readFingerprint(folder)).toEqual(now);
    expect(await recordFingerprint(folder, { config, images, engine: engine('a') }, true)).toEqual(now);
    expect(readFileSync(join(dir, 'fingerprint.json'), 'utf8')).not.toContain('wasmSha256');
  });

  it('refuses to go on with other data', async () => {
    const folder = new RunFolder(dir);
    await recordFingerprint(folder, { config, images, engine: engine('a') }, false);
    const before = readFileSync(join(dir, 'fingerprint.json'), 'utf8');
    const changed = [files[0] as (typeof files)[number], { name: 'test.bin', bytes: 2, sha256: '3'.repeat(64) }];
    await expect(
      recordFingerprint(folder, { config, images: { ...images, files: changed }, engine: engine('a') }, true),
    ).rejects.toThrow(/--resume: test\.bin is not what the run in .* began with \(SHA-256 3{64}, was 2{64}\)/);
    expect(readFileSync(join(dir, 'fingerprint.json'), 'utf8')).toBe(before);
  });

  it('of a version before, which hashed whole files of a limit, too, is compared with whole files', async () => {
    const folder = new RunFolder(dir);
    const before = await recordFingerprint(folder, { config, images, engine: engine('a') }, false);
    const part = { name: 'train.bin', bytes: 1, sha256: '4'.repeat(64), part: { images: 1, of: 9 } };
    const limited = { files: [part], wholeFiles: async () => files };
    expect(await recordFingerprint(folder, { config, images: limited, engine: engine('a') }, true)).toEqual(before);
    const changed = { files: [part], wholeFiles: async () => [{ name: 'test.bin', bytes: 2, sha256: '3'.repeat(64) }] };
    await expect(recordFingerprint(folder, { config, images: changed, engine: engine('a') }, true)).rejects.toThrow(
      'is not what the run in',
    );
    // Of this version, parts are compared with parts.
    const now = { ...images, files: [part] };
    await recordFingerprint(folder, { config, images: now, engine: engine('a') }, false);
    expect((await recordFingerprint(folder, { config, images: now, engine: engine('a') }, true)).data.files).toEqual([
      part,
    ]);
  });

  it('of a version before, which read no ends of files, goes on; with other ends it is refused', async () => {
    const folder = new RunFolder(dir);
    const listed = { name: 'train images', bytes: 9, sha256: '5'.repeat(64) };
    const record = (file: DataFile, goesOn = true) =>
      recordFingerprint(folder, { config, images: { ...images, files: [file] }, engine: engine('a') }, goesOn);
    const before = await record(listed, false);
    const now = await record({ ...listed, ends: '6'.repeat(64) });
    expect(now.data.files).toEqual([{ ...listed, ends: '6'.repeat(64) }]);
    expect(now.data.sha256).toBe(before.data.sha256);
    await expect(record({ ...listed, ends: '7'.repeat(64) })).rejects.toThrow(
      /--resume: what is in train images is not what the run in .* began with \(SHA-256 7{64}, was 6{64}\)/,
    );
  });

  it('that is damaged is refused, with the file', async () => {
    const folder = new RunFolder(dir);
    const whole = await recordFingerprint(folder, { config, images, engine: engine('a') }, false);
    const session = (changes: object) => ({ ...whole, sessions: [{ ...whole.sessions[0], ...changes }] });
    const damaged = [session({ backend: 'gpu' }), session({ simd: 3 }), session({ kernelsSha256: undefined })];
    const more = damaged.map((value) => JSON.stringify(value));
    for (const text of ['{}', '{"sessions":[]}', '{"sessions":[{}],"configuration":{},"data":{"files":[]}}', ...more]) {
      writeFileSync(join(dir, 'fingerprint.json'), text);
      await expect(readFingerprint(new RunFolder(dir))).rejects.toThrow(/fingerprint\.json is damaged/);
    }
  });
});
