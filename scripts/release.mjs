// What .github/workflows/release.yml does besides building and testing. Packs every package, those of all platforms
// included, checks them, and writes SHA256SUMS beside them; with --publish, publishes them in the order of their
// dependencies. Whatever is on the registry already is left out, so that a publication that broke off can go on.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { missingFiles, nativePlatforms, platformPackage } from './native-packages.mjs';
import { pack } from './pack.mjs';
import { contentProblems, manifestProblems, traceProblems } from './package-contents.mjs';
import { isMain, mustRun, output, runScript, ScriptError } from './process.mjs';
import { oldestGlibc } from './zig.mjs';

const none = (problems) => {
  if (problems.length > 0) throw new ScriptError(problems.join('\n'));
};

const number = (version) => version.split('.').reduce((sum, part, i) => sum + Number(part) / 1000 ** i, 0);

/** Versions of glibc that native code asks for and Node itself does not. */
export function glibcProblems({ manifest: { name }, files }) {
  return [...files].flatMap(([file, bytes]) => {
    if (!file.endsWith('.node')) return [];
    const wanted = [...bytes.toString('latin1').matchAll(/\0GLIBC_(\d+\.\d+)/g)].map(([, version]) => version);
    const newer = [...new Set(wanted)].filter((version) => number(version) > number(oldestGlibc));
    return newer.map((version) => `${name}: ${file} needs glibc ${version}; the newest it may need is ${oldestGlibc}`);
  });
}

/** What is missing for a release of `tag`; null: of no tag, to try it. */
export function releaseProblems(packed, tag) {
  const { version } = packed[0].manifest;
  const names = packed.map(({ manifest }) => manifest.name);
  return [
    ...(tag === null || tag === `v${version}`
      ? []
      : [`The tag is ${tag}, and the packages are of version ${version}.`]),
    ...nativePlatforms
      .filter((platform) => !names.includes(platformPackage(platform)))
      .map((platform) => `${platformPackage(platform)} lacks ${missingFiles(platform).join(', ')}`),
    ...packed.flatMap((one) => [
      ...contentProblems({ ...one, packedBytes: 0 }),
      ...traceProblems(one),
      ...manifestProblems(one, version),
      ...glibcProblems(one),
    ]),
  ];
}

/** In the form of sha256sum, which also checks it. */
export function checksums(files) {
  const hash = (file) => createHash('sha256').update(readFileSync(file)).digest('hex');
  return files.map((file) => `${hash(file)}  ${basename(file)}\n`).join('');
}

/** Who depends on others comes after them. */
export const inOrder = (packed) => [
  ...packed.filter(({ platform }) => platform),
  ...packed.filter((one) => !one.platform),
];

async function publish(packed, options) {
  for (const { manifest, tarball } of inOrder(packed)) {
    const id = `${manifest.name}@${manifest.version}`;
    if (output('npm', ['view', id, 'version']) === manifest.version) {
      console.log(`${id} is published already`);
      continue;
    }
    await mustRun('npm', ['publish', tarball, '--access', 'public', ...options]);
  }
}

if (isMain(import.meta.url)) {
  await runScript(async () => {
    const options = { tag: { type: 'string' }, publish: { type: 'boolean' }, 'dry-run': { type: 'boolean' } };
    const { values } = parseArgs({ options });
    await build();
    const packed = await pack();
    none(releaseProblems(packed, values.tag ?? null));
    const tarballs = inOrder(packed).map(({ tarball }) => tarball);
    const sums = join(dirname(tarballs[0]), 'SHA256SUMS');
    writeFileSync(sums, checksums(tarballs));
    console.log(readFileSync(sums, 'utf8'));
    if (values.publish) await publish(packed, values['dry-run'] ? ['--dry-run'] : ['--provenance']);
  });
}
