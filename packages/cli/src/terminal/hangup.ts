/** Whether this process was told to outlive its terminal. */
import { fstatSync, readFileSync, readSync, type Stats, statSync } from 'node:fs';
import { codeOf } from '../errors.js';

/** The signs that are looked at; tests pass their own. */
export interface Surroundings {
  env: Readonly<Record<string, string | undefined>>;
  /** File descriptor of standard input. */
  stdin: number;
  /** Text of a file of /proc about the parent process; empty where there is none. */
  ofParent(file: 'status' | 'environ'): string;
}

const ofTheProcess: Surroundings = {
  env: process.env,
  stdin: 0,
  ofParent(file) {
    try {
      return readFileSync(`/proc/${process.ppid}/${file}`, 'utf8');
    } catch {
      return '';
    }
  },
};

/**
 * Whether hangups (SIGHUP) were to be ignored from the start, as under nohup. The system passes that on to a program, but Node
 * forgets it before any JavaScript runs, so that only what nohup leaves elsewhere can tell. False may be wrong: it may leave
 * nothing.
 */
export function startedIgnoringHangup({ env, stdin, ofParent }: Surroundings = ofTheProcess): boolean {
  if (isNohup(env._) || isWriteOnlyNull(stdin) || ignoresHangup(ofParent('status'))) return true;
  return env.npm_execpath !== undefined && wasNohup(ofParent('environ'));
}

/** bash, zsh and ksh put the program that they start into the variable _. */
function isNohup(started: string | undefined): boolean {
  return started !== undefined && /(^|\/)nohup$/.test(started);
}

/** GNU nohup puts /dev/null, open for writing only, in the place of a terminal as standard input; nothing else does. */
function isWriteOnlyNull(fd: number): boolean {
  if (deviceOf(() => fstatSync(fd)) !== deviceOf(() => statSync('/dev/null'))) return false;
  try {
    readSync(fd, Buffer.alloc(1), 0, 1, null);
    return false;
  } catch (error) {
    return codeOf(error) === 'EBADF';
  }
}

/** Number of the device that a file is; NaN, which equals nothing, when there is none. */
function deviceOf(look: () => Stats): number {
  try {
    return look().rdev;
  } catch {
    return Number.NaN;
  }
}

/** A parent that ignores them, such as a script under nohup, has left that to its children. */
function ignoresHangup(status: string): boolean {
  const mask = /^SigIgn:\s*[\da-f]*([\da-f])$/m.exec(status)?.[1];
  // SIGHUP is signal 1, the lowest bit.
  return mask !== undefined && Number.parseInt(mask, 16) % 2 === 1;
}

/** npm as the parent has forgotten it, too, being Node, and the shell that it uses may have overwritten the variable. */
function wasNohup(environ: string): boolean {
  return environ.split('\0').some((entry) => entry.startsWith('_=') && isNohup(entry.slice('_='.length)));
}
