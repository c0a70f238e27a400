// npm run pack: builds the packages that are published and packs them, as they would go to a registry, into
// target/packages: those of the workspace, and those of @kestirme/native's platforms whose code has been built here
// (npm run build:native). `npm install target/packages/*.tgz` in another project then installs them.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pnpmVersion } from './bootstrap.mjs';
import { build } from './build.mjs';
import { builtFolder, layPlatformPackage, nativePlatforms, platformManifest } from './native-packages.mjs';
import { npmEnv } from './node-versions.mjs';
import { isMain, mustRun, root, runScript, windows } from './process.mjs';

/** Folders of what is published, each after what it depends on. */
export const published = [
  'packages/native',
  'packages/core',
  'packages/datasets',
  'packages/dashboard',
  'packages/cli',
];

/** Relative to the root: on Windows a shell is between, and would divide a path with spaces. */
const destination = 'target/packages';
const packFolder = join(root, destination);

/** Where pnpm puts the tarball of a package, e.g. kestirme-datasets-0.1.0.tgz. */
function tarballName({ name, version }) {
  return `${name.replace(/^@/, '').replace('/', '-')}-${version}.tgz`;
}

/**
 * @typedef {object} Packed
 * @property {string} folder in the repository, e.g. packages/core
 * @property {boolean} platform whether it is native code of one platform
 * @property {string} tarball path
 * @property {any} manifest package.json as it is in the tarball
 * @property {Map<string, Buffer>} files contents by path inside the package
 */

/**
 * Packs what lies in the dist folders; pnpm replaces the workspace's own version marks and adds the licence.
 * @returns {Promise<Packed[]>}
 */
export async function pack() {
  rmSync(packFolder, { recursive: true, force: true });
  mkdirSync(packFolder, { recursive: true });
  const names = published.flatMap((folder) => ['--filter', `./${folder}`]);
  const args = [
    '--yes',
    '--prefer-offline',
    `pnpm@${pnpmVersion}`,
    '--config.pnpmfile=scripts/pack-hooks.mjs',
    ...names,
    'pack',
    '--pack-destination',
    destination,
  ];
  const env = { ...process.env, CI: 'true', npm_config_update_notifier: 'false' };
  await mustRun('npx', args, { env, quiet: true, shell: windows });
  const workspace = published.map((folder) => {
    const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    return readPacked(folder, join(packFolder, tarballName(manifest)), false);
  });
  return Promise.all([...workspace, ...(await packPlatforms())]);
}

/** Packs the native code of every platform that was built here. */
async function packPlatforms() {
  const packed = [];
  for (const platform of nativePlatforms.filter((one) => existsSync(builtFolder(one)))) {
    const folder = `target/native-packages/${platform.name}`;
    layPlatformPackage(platform, join(root, folder));
    const args = ['pack', `./${folder}`, '--pack-destination', destination];
    await mustRun('npm', args, { env: { ...process.env, ...npmEnv }, quiet: true, shell: windows });
    packed.push(readPacked(folder, join(packFolder, tarballName(platformManifest(platform))), true));
  }
  return packed;
}

/** @returns {Promise<Packed>} */
async function readPacked(folder, tarball, platform) {
  // Not there before the packages of the repository are installed.
  const { unpack } = await import('@publint/pack');
  const { files, rootDir } = await unpack(new Uint8Array(readFileSync(tarball)).buffer);
  const contents = new Map(files.map(({ name, data }) => [name.slice(rootDir.length + 1), Buffer.from(data)]));
  const manifest = JSON.parse(contents.get('package.json').toString('utf8'));
  return { folder, tarball, platform, manifest, files: contents };
}

if (isMain(import.meta.url)) {
  await runScript(async () => {
    await build();
    for (const { tarball, files } of await pack()) console.log(`${tarball}  ${files.size} files`);
  });
}
