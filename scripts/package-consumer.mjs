// An empty project outside the repository that installs the packed packages as a user would.
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, sep } from 'node:path';
import { networkErrors } from './bootstrap.mjs';
import { npmEnv } from './node-versions.mjs';
import { root, run, ScriptError, windows } from './process.mjs';

const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

/**
 * Makes the project and installs `packed` with npm. Without a network, their dependencies are copied from this checkout.
 * @param {import('./pack.mjs').Packed[]} packed
 * @returns {Promise<{dir: string, how: 'npm' | 'copies'}>}
 */
export async function makeConsumer(packed) {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'kestirme-consumer-')));
  writeFileSync(join(dir, 'package.json'), '{ "name": "consumer", "private": true, "type": "module" }\n');
  for (const { tarball } of packed) copyFileSync(tarball, join(dir, basename(tarball)));
  const tarballs = packed.map(({ tarball }) => `./${basename(tarball)}`);
  const args = ['install', '--prefer-offline', '--ignore-scripts', ...tarballs];
  const env = { ...npmEnv, ...process.env };
  const { code, text } = await run('npm', args, { cwd: dir, quiet: true, shell: windows, env, timeout: 240_000 });
  if (code === 0) return { dir, how: 'npm' };
  if (!networkErrors.test(text)) throw new ScriptError(`${text.trim()}\nnpm could not install the packed packages.`);
  rmSync(join(dir, 'node_modules'), { recursive: true, force: true });
  copyInstalled(dir, packed);
  return { dir, how: 'copies' };
}

/** Lays out node_modules without a package manager: what was packed, and what this checkout has of the rest. */
function copyInstalled(dir, packed) {
  const modules = join(dir, 'node_modules');
  const own = new Set(packed.map(({ manifest }) => manifest.name));
  for (const { folder, manifest, files } of packed) {
    for (const [file, bytes] of files) {
      const target = join(modules, manifest.name, file);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, bytes);
    }
    for (const name of Object.keys(manifest.dependencies ?? {})) {
      if (!own.has(name)) copyTree(name, join(root, folder, 'node_modules'), modules);
    }
  }
}

/** Copies a package and what it depends on out of pnpm's layout, where dependencies lie beside the package. */
function copyTree(name, from, modules) {
  const source = realpathSync(join(from, name));
  const target = join(modules, name);
  const { version, dependencies = {}, optionalDependencies = {} } = readJson(join(source, 'package.json'));
  if (existsSync(target)) {
    const there = readJson(join(target, 'package.json')).version;
    if (there !== version) throw new ScriptError(`Two versions of ${name} are wanted: ${there} and ${version}.`);
    return;
  }
  cpSync(source, target, {
    recursive: true,
    filter: (file) => !file.slice(source.length).includes(`${sep}node_modules`),
  });
  const beside = join(source, ...name.split('/').map(() => '..'));
  for (const next of Object.keys(dependencies)) copyTree(next, beside, modules);
  for (const next of Object.keys(optionalDependencies)) {
    if (existsSync(join(beside, next))) copyTree(next, beside, modules);
  }
}

/**
 * Every package below a node_modules folder, those of pnpm's store folder included.
 * @returns {{path: string, manifest: any}[]}
 */
export function installedPackages(modules) {
  const folders = (path) =>
    existsSync(path) ? readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory()) : [];
  const names = folders(modules)
    .map(({ name }) => name)
    .flatMap((name) =>
      name.startsWith('@') ? folders(join(modules, name)).map((inner) => join(name, inner.name)) : name,
    )
    .filter((name) => !name.startsWith('.'));
  const here = names
    .map((name) => join(modules, name))
    .filter((path) => existsSync(join(path, 'package.json')))
    .flatMap((path) => [
      { path, manifest: readJson(join(path, 'package.json')) },
      ...installedPackages(join(path, 'node_modules')),
    ]);
  const store = folders(join(modules, '.pnpm')).flatMap(({ name }) =>
    name === 'node_modules' ? [] : installedPackages(join(modules, '.pnpm', name, 'node_modules')),
  );
  return [...here, ...store];
}
