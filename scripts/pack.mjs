// npm run pack: builds the packages that are published and packs them, as they would go to a registry, into
// target/packages. `npm install target/packages/*.tgz` in another project then installs them.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pnpmVersion } from './bootstrap.mjs';
import { build } from './build.mjs';
import { isMain, mustRun, root, runScript, windows } from './process.mjs';

/** Folders of what is published, each after what it depends on. */
export const published = ['packages/core', 'packages/datasets', 'packages/cli'];

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
    ...names,
    'pack',
    '--pack-destination',
    destination,
  ];
  const env = { ...process.env, CI: 'true', npm_config_update_notifier: 'false' };
  await mustRun('npx', args, { env, quiet: true, shell: windows });
  return Promise.all(
    published.map((folder) => {
      const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
      return readPacked(folder, join(packFolder, tarballName(manifest)));
    }),
  );
}

/** @returns {Promise<Packed>} */
async function readPacked(folder, tarball) {
  // Not there before the packages of the repository are installed.
  const { unpack } = await import('@publint/pack');
  const { files, rootDir } = await unpack(new Uint8Array(readFileSync(tarball)).buffer);
  const contents = new Map(files.map(({ name, data }) => [name.slice(rootDir.length + 1), Buffer.from(data)]));
  return { folder, tarball, manifest: JSON.parse(contents.get('package.json').toString('utf8')), files: contents };
}

if (isMain(import.meta.url)) {
  await runScript(async () => {
    await build();
    for (const { tarball, files } of await pack()) console.log(`${tarball}  ${files.size} files`);
  });
}
