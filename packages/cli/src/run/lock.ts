/** One process at a time in a folder: two would overwrite each other's checkpoints and metrics. */
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { codeOf, Failure, messageOf } from '../errors.js';

export const LOCK_FILE = 'run.lock';
/** Held while taking a dead process's lock away, so that only one of several does. */
export const TAKEOVER_FILE = 'run.lock.takeover';

/** A file without an owner is being written, or was when its process died: after so long it is the latter. */
const WRITING_MILLISECONDS = 2000;
const RETRY_MILLISECONDS = 20;
/** Never reached but where clocks disagree. */
const LONGEST_MILLISECONDS = 15_000;

interface Owner {
  pid: number;
  host: string;
  /** Tells the process from a later one with its number; null where the system does not say. */
  born: string | null;
}

export interface FolderLock {
  /** Number of the process that had it and died; null when there was none. */
  takenFrom: number | null;
  release(): void;
}

/**
 * Takes `dir` for this process.
 * @throws Failure when a living process has it, or one on another computer, of which nothing is known.
 */
export async function lockFolder(dir: string): Promise<FolderLock> {
  const file = join(dir, LOCK_FILE);
  const deadline = performance.now() + LONGEST_MILLISECONDS;
  let takenFrom: number | null = null;
  while (!createLock(file)) {
    if (performance.now() > deadline)
      throw new Failure(`cannot take ${file}; if no process is at work there, remove it`);
    const text = readText(file);
    const owner = parseOwner(text ?? '');
    if (owner !== null) refuseLiving(dir, file, owner);
    if (owner !== null || isOld(file)) {
      if (removeStale(dir, text)) takenFrom = owner?.pid ?? null;
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MILLISECONDS));
  }
  const release = () => {
    process.off('exit', release);
    rmSync(file, { force: true });
  };
  // Whatever ends the process, short of being killed, leaves no lock behind.
  process.on('exit', release);
  return { takenFrom, release };
}

/** False when there is one. */
function createLock(file: string): boolean {
  const owner: Owner = { pid: process.pid, host: hostname(), born: birthOf(process.pid) };
  try {
    writeFileSync(file, JSON.stringify(owner), { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    // A full disk takes the file, but not its content.
    if (codeOf(error) === 'ENOSPC') rmSync(file, { force: true });
    throw new Failure(`cannot write ${file}: ${messageOf(error)}`);
  }
}

/** Whether a living process has `dir`, or may have it: one on another computer, or one that is taking it right now. */
export function isHeld(dir: string): boolean {
  const text = readText(join(dir, LOCK_FILE));
  if (text === null) return false;
  const owner = parseOwner(text);
  return owner === null || owner.host !== hostname() || isAlive(owner.pid, owner.born);
}

function refuseLiving(dir: string, file: string, { pid, host, born }: Owner): void {
  if (host !== hostname()) {
    throw new Failure(`${dir} is in use by process ${pid} on ${host}; if that is over, remove ${file}`);
  }
  if (isAlive(pid, born)) {
    throw new Failure(
      `${dir} is in use by process ${pid}; wait for it, or take another --out (if it is another program, remove ${file})`,
    );
  }
}

function isAlive(pid: number, born: string | null): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
  return born === null || birthOf(pid) === born;
}

/** Takes away the lock that says `text`, unless another process is about to or has done so. */
function removeStale(dir: string, text: string | null): boolean {
  const takeover = join(dir, TAKEOVER_FILE);
  try {
    writeFileSync(takeover, '', { flag: 'wx' });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw new Failure(`cannot write ${takeover}: ${messageOf(error)}`);
    if (isOld(takeover)) rmSync(takeover, { force: true });
    return false;
  }
  try {
    const file = join(dir, LOCK_FILE);
    const isSame = readText(file) === text;
    if (isSame) rmSync(file, { force: true });
    return isSame;
  } finally {
    rmSync(takeover, { force: true });
  }
}

function parseOwner(text: string): Owner | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const { pid, host, born } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  if (!Number.isSafeInteger(pid) || (pid as number) <= 0 || typeof host !== 'string') return null;
  return { pid: pid as number, host, born: typeof born === 'string' ? born : null };
}

/** Null when there is no such file (any more). */
function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw new Failure(`cannot read ${file}: ${messageOf(error)}`);
  }
}

function isOld(file: string): boolean {
  const found = statSync(file, { throwIfNoEntry: false });
  return found !== undefined && Date.now() - found.mtimeMs > WRITING_MILLISECONDS;
}

/** On Linux the computer's start and the process's, which is not a zombie; else null. */
function birthOf(pid: number): string | null {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    // The second field, a name in parentheses, may hold spaces. Behind it come the state and, as the 20th, the start.
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[19] === undefined ? null : `${boot} ${fields[19]}`;
  } catch {
    return null;
  }
}
