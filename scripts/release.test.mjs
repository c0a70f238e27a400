import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { heading, licencesFile } from './native-licences.mjs';
import { forPublishing, nativePlatforms, platformManifest, platformPackage, thisPlatform } from './native-packages.mjs';
import { root } from './process.mjs';
import { checksums, glibcProblems, inOrder, releaseProblems } from './release.mjs';

/** A packed package of native code with the given bytes as each file. */
function packedPlatform(platform, text = '') {
  const manifest = platformManifest(platform);
  const names = [...manifest.files, 'package.json', 'README.md', 'LICENSE'];
  return { platform: true, manifest, files: new Map(names.map((name) => [name, Buffer.from(text)])) };
}

const [gnu] = nativePlatforms;
const all = nativePlatforms.map((platform) => packedPlatform(platform));
const { version } = all[0].manifest;

test('a release has every platform, and the tag is the version', () => {
  assert.deepEqual(releaseProblems(all, `v${version}`), []);
  assert.deepEqual(releaseProblems(all, null), []);
  assert.match(releaseProblems(all, 'v9.9.9').join(), /The tag is v9\.9\.9, and the packages are of version/);
  const without = all.filter(({ manifest }) => manifest.name !== '@kestirme/native-win32-x64-msvc');
  assert.match(releaseProblems(without, null).join(), /@kestirme\/native-win32-x64-msvc lacks kestirme\.sse2\.node/);
});

test('native code that needs a newer glibc than Node does', () => {
  assert.deepEqual(glibcProblems(packedPlatform(gnu, 'a\0GLIBC_2.2.5\0GLIBC_2.4\0GLIBC_2.28\0')), []);
  const problems = glibcProblems(packedPlatform(gnu, 'a\0GLIBC_2.28\0GLIBC_2.34\0')).join();
  assert.match(problems, /kestirme\.sse2\.node needs glibc 2\.34; the newest it may need is 2\.28/);
});

test('packages of platforms are published before what depends on them', () => {
  const own = { platform: false, manifest: { name: '@kestirme/native' } };
  assert.deepEqual(inOrder([own, ...all]).at(-1), own);
});

test('checksums are as sha256sum writes them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kestirme-release-'));
  try {
    const file = join(folder, 'a.tgz');
    writeFileSync(file, 'abc');
    const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    assert.equal(checksums([file]), `${sha256}  a.tgz\n`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("provenance needs the repository's address, which is not in the repository", () => {
  assert.equal(forPublishing({ name: 'kestirme', version }).repository, undefined);
  process.env.KESTIRME_REPOSITORY = 'https://host/owner/name';
  try {
    const { repository } = forPublishing({ name: 'kestirme', version });
    assert.deepEqual(repository, { type: 'git', url: 'git+https://host/owner/name.git' });
  } finally {
    delete process.env.KESTIRME_REPOSITORY;
  }
});

test('the workflow builds and tries every platform of the table, once each', () => {
  const workflow = readFileSync(join(root, '.github', 'workflows', 'release.yml'), 'utf8');
  for (const { name, target } of nativePlatforms) {
    assert.equal(workflow.split(`{ platform: ${name},`).length - 1, 2, name);
    assert.ok(workflow.includes(`{ platform: ${name}, target: ${target}, `), name);
  }
});

test('the licences that come with native code are of the crates that it is linked with', () => {
  const made = readFileSync(licencesFile, 'utf8').startsWith(heading());
  assert.ok(made, 'crates/native/Cargo.lock has changed: run node scripts/native-licences.mjs');
});

test('this machine has a platform, and its package the name that the loader asks for', () => {
  assert.match(platformPackage(thisPlatform()), /^@kestirme\/native-(?:linux|darwin|win32)-/);
});
