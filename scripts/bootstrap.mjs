// Brings what a fresh clone lacks: pnpm, pinned and through npx, and with it the packages of pnpm-lock.yaml.
// This file has to load and speak clearly on any Node, so it imports only what old ones have, too.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMain, root, run, runScript, ScriptError, windows } from './process.mjs';

export const pnpmVersion = '12.21.0';
const oldestNode = [20, 19];

const modules = join(root, 'node_modules');
const lockFile = join(root, 'pnpm-lock.yaml');
const stampFile = join(modules, '.kestirme-lock');

/** Refuses a Node that is too old, before anything fails in a way that does not say so. */
export function checkNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return;
  throw new ScriptError(
    `This is Node ${version}; Kestirme needs Node ${oldestNode.join('.')} or newer. Install a newer Node and try again.`,
  );
}

/** Hash of what the installed packages have to match. */
function lockHash() {
  const hash = createHash('sha256');
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml']) hash.update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

function installed() {
  if (existsSync(stampFile)) return readFileSync(stampFile, 'utf8') === lockHash();
  // Someone ran pnpm by hand: its own record is as new as the last install.
  const record = join(modules, '.modules.yaml');
  return existsSync(record) && statSync(record).mtimeMs >= statSync(lockFile).mtimeMs;
}

/** What npm and pnpm print when the registry cannot be reached. */
export const networkErrors =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|FETCH_FAIL|fetch failed|network (?:error|timeout)/i;

/** What to tell someone whose installation failed. */
export function explainFailure(text) {
  if (networkErrors.test(text)) {
    return (
      'The packages could not be downloaded: the npm registry does not answer. Check the network connection ' +
      '(and, behind a proxy or a mirror, the registry setting of npm), then run the same command again.'
    );
  }
  if (text.includes('ERR_PNPM_OUTDATED_LOCKFILE')) {
    return `pnpm-lock.yaml does not match a package.json. Run npx pnpm@${pnpmVersion} install and commit the lock file.`;
  }
  return `The packages could not be installed; the lines above say why. By hand: npx pnpm@${pnpmVersion} install`;
}

/** Installs the packages unless they are there already. */
export async function bootstrap() {
  checkNode();
  if (installed()) return;
  console.log(`Installing packages (pnpm ${pnpmVersion})`);
  const args = ['--yes', `pnpm@${pnpmVersion}`, 'install', '--frozen-lockfile'];
  // CI makes pnpm replace a stale node_modules without asking. npx is a .cmd file on Windows and needs its shell.
  // npm by itself tries an absent network for more than a minute.
  const npm = { npm_config_fetch_retries: '1', npm_config_fetch_retry_mintimeout: '2000' };
  const env = { ...npm, ...process.env, CI: 'true', npm_config_fund: 'false', npm_config_update_notifier: 'false' };
  const { code, text } = await run('npx', args, { env, shell: windows });
  if (code === 127)
    throw new ScriptError('npx is not on PATH. It comes with Node; install Node with npm and try again.');
  if (code !== 0) throw new ScriptError(explainFailure(text));
  writeFileSync(stampFile, lockHash());
}

if (isMain(import.meta.url)) await runScript(bootstrap);
