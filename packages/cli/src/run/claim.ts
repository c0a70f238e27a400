/** Taking a folder for the runs of this process. */
import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '@kestirme/datasets';
import { messageOf, UsageError } from '../errors.js';
import { temporaryName } from './atomicFile.js';
import {
  ANSWERS_FILE,
  BEST_FILE,
  CHECKPOINT_FILE,
  COMPARISON_FILE,
  CONFIG_FILE,
  FINGERPRINT_FILE,
  METRICS_FILE,
  MODEL_COPIES,
  NETWORK_FILE,
  PREVIOUS_CHECKPOINT_FILE,
  REPORT_FILE,
  RESULT_FILE,
  STEPS_FILE,
} from './fileNames.js';
import { type FolderLock, LOCK_FILE, lockFolder, TAKEOVER_FILE } from './lock.js';
import { isRunFolderName } from './runNames.js';

const OWN_FILES = [
  CONFIG_FILE,
  FINGERPRINT_FILE,
  NETWORK_FILE,
  ...MODEL_COPIES,
  METRICS_FILE,
  STEPS_FILE,
  ANSWERS_FILE,
  PREVIOUS_CHECKPOINT_FILE,
  CHECKPOINT_FILE,
  BEST_FILE,
  RESULT_FILE,
  REPORT_FILE,
  COMPARISON_FILE,
];
/** Files that a killed process may leave; none of them holds anything that is not elsewhere. */
const LEFTOVERS = [LOCK_FILE, TAKEOVER_FILE, ...OWN_FILES.map(temporaryName)];

export interface Claim {
  resume: boolean;
  force: boolean;
  /** Is told when the lock of a dead process is taken over. */
  note(text: string): void;
}

/**
 * Makes `dir`, locks it for this process and makes it ready: for a new run or comparison, or to go on with the one in it.
 * The caller releases the lock.
 */
export async function holdFolder(dir: string, { resume, force, note }: Claim): Promise<FolderLock> {
  await makeFolder(dir).catch((error: unknown) => {
    throw new UsageError(`--out: ${dir} cannot be a folder of results: ${messageOf(error)}`);
  });
  const lock = await lockFolder(dir);
  try {
    if (lock.takenFrom !== null) note(`process ${lock.takenFrom}, which had ${dir}, is no more: taking it over`);
    if (!resume) await claimFolder(dir, force);
    for (const name of OWN_FILES) await rm(join(dir, temporaryName(name)), { force: true });
    return lock;
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * Makes the folder `dir` ready for a new run or comparison. One that holds something is refused, unless `force` replaces
 * the run or comparison in it; files that are not of these are never touched.
 */
export async function claimFolder(dir: string, force: boolean): Promise<void> {
  const names = (await readdir(dir)).filter((name) => !LEFTOVERS.includes(name));
  if (names.length === 0) return;
  if (!force) {
    const advice = names.includes(CONFIG_FILE)
      ? 'add --resume to go on with the run in it, --force to replace it, or take another folder'
      : 'take another folder';
    throw new UsageError(`--out: ${dir} is not empty; ${advice}`);
  }
  if (!names.includes(CONFIG_FILE)) {
    throw new UsageError(`--out: ${dir} holds files but no run that --force could replace; take another folder`);
  }
  for (const name of names.filter(isRunFolderName)) await removeRun(join(dir, name));
  await removeOwnFiles(dir);
}

/** Empties the folder of a comparison's run, unless another process is at work in it. */
async function removeRun(dir: string): Promise<void> {
  const lock = await lockFolder(dir);
  try {
    await removeOwnFiles(dir);
  } finally {
    lock.release();
  }
  // Stays when something else lies in it.
  await rmdir(dir).catch(() => undefined);
}

async function removeOwnFiles(dir: string): Promise<void> {
  // The configuration goes last: while it is there, --force works again after a failure here.
  for (const name of [...OWN_FILES].reverse()) {
    await rm(join(dir, temporaryName(name)), { force: true });
    await rm(join(dir, name), { force: true });
  }
}
