/** Every way in which native code is found or not, in processes that are made up; and the words of the real one. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { type LoaderHost, nodeHost } from './host.js';
import { loadWith } from './load.js';
import { findPlatform } from './platforms.js';

const here = nodeHost();
const { platforms } = here;
const folder = join('/', 'app', 'node_modules', '@kestirme', 'native');
const installed = join('/', 'app', 'node_modules', '@kestirme', 'native-linux-x64-gnu');
const file = (level: string, where = installed) => join(where, `kestirme.${level}.node`);
const allLevels = ['sse2', 'avx2', 'avx512'];

interface Fake extends Partial<LoaderHost> {
  /** Paths that exist, with what requiring them gives or throws. */
  files?: Record<string, unknown>;
  /** What the processor has. */
  processor?: string[];
}

/** A package with all its files, version 1.2.3. */
function packageFiles(processor: string[], where = installed): Record<string, unknown> {
  const addons = allLevels.map((simd) => [file(simd, where), { simd, levels: () => processor }]);
  return { [join(where, 'package.json')]: { version: '1.2.3' }, ...Object.fromEntries(addons) };
}

/** Linux x64 with glibc, the package installed, unless `changes` say otherwise; `loaded` names what was required. */
function fakeHost({ files, processor = allLevels, ...changes }: Fake = {}): LoaderHost & { loaded: string[] } {
  const there = files ?? packageFiles(processor);
  const loaded: string[] = [];
  return {
    ...{ os: 'linux', cpu: 'x64', libc: 'glibc', simd: undefined, folder, platforms, version: '1.2.3', loaded },
    exists: (path) => Object.keys(there).some((name) => name === path || name.startsWith(join(path, '/'))),
    findManifest: (name) => Object.keys(there).find((path) => path.endsWith(join(name, 'package.json'))),
    require(path) {
      loaded.push(path);
      if (there[path] instanceof Error) throw there[path];
      return there[path];
    },
    ...changes,
  };
}

const without = (files: Record<string, unknown>, path: string) => {
  const { [path]: _, ...rest } = files;
  return rest;
};

it("loads the lowest level's file, asks it, and loads the best that the processor has", () => {
  const host = fakeHost();
  expect(loadWith(host)).toMatchObject({ simd: 'avx512', file: file('avx512'), addon: { simd: 'avx512' } });
  expect(host.loaded).toEqual([join(installed, 'package.json'), file('sse2'), file('avx512')]);
  expect(loadWith(fakeHost({ processor: ['sse2', 'avx2'] })).simd).toBe('avx2');
});

it('a processor with the lowest level only gets that file, loaded once', () => {
  const host = fakeHost({ processor: ['sse2'] });
  expect(loadWith(host).simd).toBe('sse2');
  expect(host.loaded).toEqual([join(installed, 'package.json'), file('sse2')]);
});

it('levels of the processor that there is no file for are passed over', () => {
  expect(loadWith(fakeHost({ processor: [...allLevels, 'avx1024'] })).simd).toBe('avx512');
});

it('KESTIRME_SIMD chooses a lower level; the option stands before it; empty is as if it were not set', () => {
  expect(loadWith(fakeHost({ simd: 'avx2' })).simd).toBe('avx2');
  expect(loadWith(fakeHost({ simd: 'avx2' }), { simd: 'sse2' }).simd).toBe('sse2');
  expect(loadWith(fakeHost({ simd: '' })).simd).toBe('avx512');
});

it('a level that nobody knows, or that this processor lacks: which there are', () => {
  expect(() => loadWith(fakeHost({ simd: 'avx9' }))).toThrow(
    "KESTIRME_SIMD is 'avx9', which no native build for linux-x64-gnu is for; here it can be sse2, avx2, avx512.",
  );
  expect(() => loadWith(fakeHost({ simd: 'avx512', processor: ['sse2', 'avx2'] }))).toThrow(
    "KESTIRME_SIMD is 'avx512', which this processor does not have; here it can be sse2, avx2.",
  );
  expect(() => loadWith(fakeHost(), { simd: 'neon' })).toThrow(/^simd is 'neon', which no native build/);
});

it('a platform without a build: which it is, and which have one', () => {
  expect(() => loadWith(fakeHost({ os: 'freebsd', libc: null }))).toThrow(
    `There is no native build for freebsd-x64; there are builds for ${platforms.map(({ name }) => name).join(', ')}.`,
  );
  expect(() => loadWith(fakeHost({ cpu: 'riscv64', libc: 'musl' }))).toThrow(/for linux-riscv64-musl; there/);
});

it('a package that was not installed: why that may be, and what to install', () => {
  const message =
    '@kestirme/native-linux-x64-gnu, which holds the native code for this platform, is not installed. It is an optional ' +
    'dependency, which is left out by --omit=optional and --no-optional, and by a node_modules folder or a lock file ' +
    'from another platform. Install it with: npm install @kestirme/native-linux-x64-gnu@1.2.3';
  expect(() => loadWith(fakeHost({ files: {} }))).toThrow(message);
  expect(() => loadWith(fakeHost({ libc: 'musl' }))).toThrow(/^@kestirme\/native-linux-x64-musl, which holds/);
});

it('a package of another version', () => {
  const files = { ...packageFiles(allLevels), [join(installed, 'package.json')]: { version: '1.2.2' } };
  expect(() => loadWith(fakeHost({ files }))).toThrow(
    '@kestirme/native-linux-x64-gnu is installed in version 1.2.2 and @kestirme/native in 1.2.3; both have to be the ' +
      'same. Install it with: npm install @kestirme/native-linux-x64-gnu@1.2.3',
  );
});

it('a file that is not there', () => {
  for (const level of ['sse2', 'avx512']) {
    const files = without(packageFiles(allLevels), file(level));
    expect(() => loadWith(fakeHost({ files }))).toThrow(
      `${file(level)} is not there. @kestirme/native-linux-x64-gnu is damaged; install it again.`,
    );
  }
});

it('in a clone: what was built there stands before a package, and what was not is to be built', () => {
  const built = join(folder, 'npm', 'linux-x64-gnu');
  const sources = { [join(folder, 'src', 'load.ts')]: '' };
  const both = { ...packageFiles(allLevels), ...packageFiles(['sse2'], built), ...sources };
  expect(loadWith(fakeHost({ files: both })).file).toBe(file('sse2', built));
  expect(() => loadWith(fakeHost({ files: sources }))).toThrow(
    'The native code has not been built in this clone. Build it with: npm run build:native',
  );
  const some = without(packageFiles(allLevels, built), file('avx512', built));
  expect(() => loadWith(fakeHost({ files: some }))).toThrow(
    `${file('avx512', built)} is not there. Build it with: npm run build:native`,
  );
});

it('every platform of the table is found by what its processes say, and an unknown C library is glibc', () => {
  for (const one of platforms) expect(findPlatform(platforms, { ...one, libc: one.libc ?? null })).toBe(one);
  expect(findPlatform(platforms, { os: 'linux', cpu: 'arm64', libc: null })?.name).toBe('linux-arm64-gnu');
  expect(findPlatform(platforms, { os: 'win32', cpu: 'arm64', libc: null })).toBeUndefined();
});

let temporary: string | undefined;
afterEach(() => {
  if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
  temporary = undefined;
});

it("this process: a file that is no native code is an error with the dynamic loader's words", () => {
  temporary = mkdtempSync(join(tmpdir(), 'kestirme-native-'));
  const platform = findPlatform(platforms, here);
  if (platform === undefined) return;
  const place = join(temporary, 'npm', platform.name);
  mkdirSync(place, { recursive: true });
  const bad = join(place, `kestirme.${platform.levels[0]}.node`);
  writeFileSync(bad, 'This is a text and no program, however long it may be. '.repeat(20));
  const host = { ...here, folder: temporary };
  expect(() => loadWith(host)).toThrow(`The native code could not be loaded: ${bad}: `);
  expect(() => loadWith(host)).toThrow(/[Ii]nstall it again/);
});

it('this process: a package that nobody has is not installed', () => {
  expect(here.findManifest('@kestirme/native-of-nobody')).toBeUndefined();
  expect(here.version).toMatch(/^\d+\.\d+\.\d+$/);
});
