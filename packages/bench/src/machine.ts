/** What the figures were measured on. */
import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

export interface Machine {
  cpu: string;
  cores: number;
  memoryBytes: number;
  system: string;
  /** Of the last minute before the start; 0 where the system has none. Near 0 on an idle machine. */
  load: number;
  versions: { node: string; v8: string };
}

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    system: `${process.platform} ${release()} ${process.arch}`,
    load: loadavg()[0] ?? 0,
    versions: { node: process.versions.node, v8: process.versions.v8 },
  };
}

/** The commit of the sources, here or in another folder, with '+' when files differ from it; 'unknown' outside of a clone. */
export function sourceCommit(folder = fileURLToPath(new URL('../', import.meta.url))): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  try {
    const commit = git('rev-parse', '--short=12', 'HEAD');
    return git('status', '--porcelain', '--untracked-files=no', '--', ':/') === '' ? commit : `${commit}+`;
  } catch {
    return 'unknown';
  }
}
