// The packages of @kestirme/native's platforms, one each, made of packages/native/platforms.json and of the files that
// npm run build:native leaves in packages/native/npm/PLATFORM. They are not in the workspace: pnpm would ask the registry
// for packages that are not published yet, or link seven folders of which a machine can use one. So they, and the
// list of them in @kestirme/native's own package.json, are made while packing.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, ScriptError } from './process.mjs';

const nativeFolder = join(root, 'packages', 'native');
const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

/** @type {import('../packages/native/src/platforms.ts').NativePlatform[]} */
export const nativePlatforms = readJson(join(nativeFolder, 'platforms.json'));

/** The platform of this machine; undefined where there is none. Only glibc tells its version. */
export function thisPlatform() {
  process.report.excludeNetwork = true;
  const libc = process.report.getReport().header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
  const fits = (one) => one.os === process.platform && one.cpu === process.arch && (one.libc ?? libc) === libc;
  return nativePlatforms.find(fits);
}

/** The licences of what native code is linked with. */
const notices = 'THIRD-PARTY-LICENCES.txt';

export const platformPackage = ({ name }) => `@kestirme/native-${name}`;
export const levelFile = (level) => `kestirme.${level}.node`;

/** Where the files of a platform are built. */
export const builtFolder = ({ name }) => join(nativeFolder, 'npm', name);

/** The files of a platform that are not there. */
export const missingFiles = (platform) =>
  platform.levels.map(levelFile).filter((file) => !existsSync(join(builtFolder(platform), file)));

/**
 * What a published package.json has more than it has here. @kestirme/native lists the packages of all platforms: npm and
 * others install the one that fits. The repository's address, which npm's provenance demands, is known where a release
 * is made (KESTIRME_REPOSITORY).
 */
export function forPublishing(manifest) {
  const { KESTIRME_REPOSITORY: address } = process.env;
  const optional = nativePlatforms.map((platform) => [platformPackage(platform), manifest.version]);
  return {
    ...manifest,
    ...(address === undefined ? {} : { repository: { type: 'git', url: `git+${address}.git` } }),
    ...(manifest.name === '@kestirme/native' ? { optionalDependencies: Object.fromEntries(optional) } : {}),
  };
}

/** package.json of a platform's package. */
export function platformManifest(platform) {
  const { version, license, engines, publishConfig } = readJson(join(nativeFolder, 'package.json'));
  const files = [...platform.levels.map(levelFile), notices];
  return {
    name: platformPackage(platform),
    version,
    description: `Native code of @kestirme/native for ${platform.name}`,
    license,
    type: 'commonjs',
    os: [platform.os],
    cpu: [platform.cpu],
    ...(platform.libc === undefined ? {} : { libc: [platform.libc] }),
    engines,
    files,
    exports: Object.fromEntries([...files, 'package.json'].map((file) => [`./${file}`, `./${file}`])),
    publishConfig,
  };
}

const readme = (platform) => `# ${platformPackage(platform)}

The native code of \`@kestirme/native\` for ${platform.name}, one file for each level of instructions
(${platform.levels.join(', ')}). \`npm install kestirme\` installs it where it fits; it is of no use by itself.

MIT.
`;

/** Lays out the package of a platform in `folder`. @throws ScriptError when a file has not been built. */
export function layPlatformPackage(platform, folder) {
  const missing = missingFiles(platform);
  if (missing.length > 0) {
    throw new ScriptError(`${builtFolder(platform)} lacks ${missing.join(', ')}. npm run build:native builds them.`);
  }
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'package.json'),
    `${JSON.stringify(forPublishing(platformManifest(platform)), null, 2)}\n`,
  );
  writeFileSync(join(folder, 'README.md'), readme(platform));
  copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  copyFileSync(join(nativeFolder, notices), join(folder, notices));
  for (const level of platform.levels) {
    copyFileSync(join(builtFolder(platform), levelFile(level)), join(folder, levelFile(level)));
  }
}
