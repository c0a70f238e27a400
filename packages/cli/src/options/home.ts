import { homedir } from 'node:os';
import { join, resolve, sep } from 'node:path';

/**
 * '~' and '~/x' as a shell reads them. It does so only where a word begins: not in '--data cifar10:~/x' or '--out=~/x',
 * nor in a configuration file.
 */
export function expandHome(path: string): string {
  return path === '~' || path.startsWith('~/') || path.startsWith(`~${sep}`) ? join(homedir(), path.slice(1)) : path;
}

/** For paths that a run remembers: it can be resumed from anywhere. */
export function wholePath(path: string): string {
  return resolve(expandHome(path));
}
