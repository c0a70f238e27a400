import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allowedLicences, licenceAllowed, licenceProblems } from './licences.mjs';
import { forPublishing, nativePlatforms, platformManifest } from './native-packages.mjs';
import { contentProblems, importProblems, manifestProblems, traceProblems } from './package-contents.mjs';

const version = '1.2.3';
const manifest = {
  name: '@kestirme/datasets',
  version,
  description: 'd',
  license: 'MIT',
  type: 'module',
  engines: { node: '>=20.19' },
  sideEffects: false,
  files: ['dist'],
  exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
  dependencies: { kestirme: version, 'tar-stream': '3.2.2' },
  publishConfig: { access: 'public' },
};

function packed(extra = {}, changes = {}) {
  const texts = {
    'package.json': '{}',
    'README.md': '#',
    LICENSE: 'MIT',
    'dist/index.js': "export { a } from './a.js';\nimport { b } from 'kestirme';\nimport 'node:fs';\n",
    'dist/index.d.ts': "export { a } from './a.js';\n",
    'dist/a.js': 'export const a = 1;\n',
    'dist/a.d.ts': 'export declare const a: number;\n',
    'dist/a.js.map': JSON.stringify({ sources: ['../src/a.ts'], sourcesContent: ['export const a = 1;'] }),
    ...extra,
  };
  const files = new Map(Object.entries(texts).map(([name, text]) => [name, Buffer.from(text)]));
  return { manifest: { ...manifest, ...changes }, files, packedBytes: 1000 };
}

const all = (one) => [
  ...contentProblems(one),
  ...traceProblems(one),
  ...importProblems(one),
  ...manifestProblems(one, version),
];

test('a package as it should be has no problems', () => assert.deepEqual(all(packed()), []));

test('files that do not belong into it, or are missing, or too large', () => {
  for (const stranger of [
    'dist/a.test.js',
    'dist/fakes.test.support.js',
    'tsconfig.tsbuildinfo',
    'src/a.ts',
    'dist/a.d.ts.map',
  ]) {
    assert.match(contentProblems(packed({ [stranger]: '' })).join(), new RegExp(`${stranger} does not belong`));
  }
  const without = packed();
  without.files.delete('LICENSE');
  assert.match(contentProblems(without).join(), /LICENSE is missing/);
  assert.match(contentProblems({ ...packed(), packedBytes: 1e7 }).join(), /bytes packed; the limit/);
  assert.match(contentProblems(packed({ 'dist/big.js': ' '.repeat(5e6) })).join(), /bytes unpacked; the limit/);
});

test('traces of the machine that built it, and maps without their sources', () => {
  assert.match(traceProblems(packed({ 'dist/a.js': 'const a = "/home/someone/kestirme";' })).join(), /names a folder/);
  const sources = ['../src/a.ts'];
  assert.match(
    traceProblems(packed({ 'dist/a.js.map': JSON.stringify({ sources }) })).join(),
    /does not hold the sources/,
  );
  const absolute = { sources: ['/a.ts'], sourcesContent: [''] };
  assert.match(
    traceProblems(packed({ 'dist/a.js.map': JSON.stringify(absolute) })).join(),
    /does not hold the sources/,
  );
});

test('imports that lead nowhere', () => {
  const line = (text) => importProblems(packed({ 'dist/a.js': text })).join();
  assert.match(line("import './gone.js';"), /imports \.\/gone\.js/);
  assert.match(line("await import('yaml');"), /imports yaml/);
  assert.match(line("import { p } from '#platform';"), /imports #platform/);
  assert.match(line("new Worker(new URL('./worker.js', import.meta.url));"), /imports \.\/worker\.js/);
  assert.match(line("import '../src/a.js';"), /imports \.\.\/src\/a\.js/);
  assert.equal(line("existsSync(new URL('../src/a.ts', import.meta.url));"), '');
  assert.equal(line("import tar from 'tar-stream'; import { sep } from 'node:path';"), '');
});

test('a package.json that should not be published', () => {
  const problems = (changes) => manifestProblems(packed({}, changes), version).join();
  assert.match(problems({ private: true }), /'private' forbids/);
  assert.match(problems({ scripts: { postinstall: 'x' } }), /'postinstall' would be run/);
  assert.match(problems({ license: undefined }), /'license' is missing/);
  assert.match(problems({ version: '1.2.4' }), /its version is 1\.2\.4/);
  assert.match(problems({ dependencies: { kestirme: 'workspace:*' } }), /'workspace:\*', not one version/);
  assert.match(problems({ dependencies: { kestirme: '1.0.0' } }), /kestirme is 1\.0\.0, not 1\.2\.3/);
  assert.match(problems({ dependencies: { yaml: '^2.0.0' } }), /not one version/);
  assert.match(problems({ publishConfig: undefined }), /private by default/);
  const { types, default: code } = manifest.exports['.'];
  assert.match(problems({ exports: { '.': { default: code, types } } }), /'types' has to stand first in exports, \./);
  assert.match(problems({ bin: { kestirme: './bin/gone.mjs' } }), /leads to \.\/bin\/gone\.mjs/);
});

test('a package of native code: the files of its platform, and who may install it', () => {
  const platform = nativePlatforms.find(({ name }) => name === 'linux-x64-musl');
  const ofPlatform = platformManifest(platform);
  const names = [...ofPlatform.files, 'package.json', 'README.md', 'LICENSE'];
  const files = new Map(names.map((name) => [name, Buffer.from('')]));
  const one = { manifest: ofPlatform, files, packedBytes: 1000 };
  const ofVersion = (changes) =>
    manifestProblems({ ...one, manifest: { ...ofPlatform, ...changes } }, ofPlatform.version);
  assert.deepEqual([...contentProblems(one), ...traceProblems(one), ...importProblems(one), ...ofVersion({})], []);
  assert.match(ofVersion({ libc: undefined }).join(), /'libc' is not musl/);
  assert.match(ofVersion({ os: undefined }).join(), /'os' is missing/);
  assert.match(ofVersion({ scripts: { install: 'x' } }).join(), /'install' would be run/);
  const stranger = new Map([...files, ['kestirme.neon.node', Buffer.from('')]]);
  assert.match(contentProblems({ ...one, files: stranger }).join(), /kestirme\.neon\.node does not belong/);
  const built = new Map([...files, ['kestirme.avx2.node', Buffer.from('\0/home/someone/.cargo/registry/x.rs\0')]]);
  assert.match(traceProblems({ ...one, files: built }).join(), /kestirme\.avx2\.node names a folder/);
});

test('@kestirme/native lists every platform, in its own version', () => {
  const own = { ...manifest, name: '@kestirme/native', dependencies: {} };
  const problems = (one) => manifestProblems({ ...packed(), manifest: one }, version).join();
  assert.match(problems(own), /@kestirme\/native-win32-x64-msvc is not an optional dependency/);
  assert.equal(problems(forPublishing(own)), '');
  const [first] = Object.keys(forPublishing(own).optionalDependencies);
  const { optionalDependencies } = forPublishing(own);
  const other = { ...own, optionalDependencies: { ...optionalDependencies, [first]: '1.2.2' } };
  assert.match(problems(other), /native-linux-x64-gnu is 1\.2\.2, not 1\.2\.3/);
});

test('licences: choices can be met by one, sums by all', () => {
  const allowed = ['MIT', 'Apache-2.0', 'Unicode-3.0'];
  for (const yes of ['MIT', 'GPL-3.0 OR MIT', '(MIT OR GPL-3.0)', '(MIT OR Apache-2.0) AND Unicode-3.0']) {
    assert.equal(licenceAllowed(yes, allowed), true, yes);
  }
  for (const no of ['GPL-3.0', 'MIT AND GPL-3.0', 'SEE LICENSE IN FILE', '', undefined, { type: 'MIT' }]) {
    assert.equal(licenceAllowed(no, allowed), false, String(no));
  }
  assert.deepEqual(licenceProblems([{ name: 'a', version: '1.0.0' }], allowed), ['a 1.0.0: licence not stated']);
});

test('the list of licences is read from deny.toml', () => {
  assert.ok(allowedLicences().includes('MIT'));
  assert.ok(!allowedLicences().some((name) => name.startsWith('GPL')));
});
