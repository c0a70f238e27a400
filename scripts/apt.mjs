// Debian's packages, where there is apt and the right to install.
import { run, which } from './process.mjs';

const reminder = 15_000;

/**
 * Updates apt's lists and installs `names`. False, after saying why, when that cannot be.
 * `patience` (milliseconds) bounds everything that needs the network; what has come is then installed without a bound,
 * for an interrupted installation would leave apt unusable.
 */
export async function aptInstall(names, { patience = 0 } = {}) {
  const apt = which('apt-get');
  const isRoot = process.getuid?.() === 0;
  const sudo = which('sudo');
  if (apt === undefined || (!isRoot && sudo === undefined)) return false;
  const prefix = isRoot ? [] : [sudo, '-n'];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['install', '-y', '--no-install-recommends', ...names];
  const begin = performance.now();
  for (const args of [['update'], ['--download-only', ...install], install]) {
    const [command, ...rest] = [...prefix, apt, ...args];
    const left = patience === 0 || args === install ? 0 : Math.max(1, patience - (performance.now() - begin));
    console.log([command, ...rest].join(' '));
    const { code, text, timedOut } = await remindingOf(begin, run(command, rest, { quiet: true, env, timeout: left }));
    if (code === 0) continue;
    if (timedOut) console.log(`Given up: the packages have not come in ${patience / 1000} s.`);
    else console.log(text.trim().split('\n').slice(-5).join('\n'));
    return false;
  }
  return true;
}

/** Says from time to time that something is still going on. */
async function remindingOf(begin, promise) {
  const timer = setInterval(() => {
    console.log(`  still at it after ${Math.round((performance.now() - begin) / 1000)} s`);
  }, reminder);
  try {
    return await promise;
  } finally {
    clearInterval(timer);
  }
}
