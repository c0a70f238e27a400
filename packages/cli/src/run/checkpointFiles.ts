/** The last two checkpoints of a run: there is a good one at any time, whatever ends the process. */
import { type FileHandle, open, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Checkpoint, decodeCheckpoint, freeBuffers, type OpenCheckpoint, writeCheckpoint } from 'kestirme';
import { codeOf, Failure, messageOf } from '../errors.js';
import { commandLine } from '../terminal/commandLine.js';
import { plural } from '../terminal/format.js';
import { writeFileAtomic } from './atomicFile.js';
import { type BEST_FILE, CHECKPOINT_FILE, CONFIG_FILE, PREVIOUS_CHECKPOINT_FILE } from './fileNames.js';

export interface FoundCheckpoint {
  checkpoint: Checkpoint;
  file: typeof CHECKPOINT_FILE | typeof PREVIOUS_CHECKPOINT_FILE | typeof BEST_FILE;
  /** Why it is not the newest; null when it is. */
  problem: string | null;
}

/** The outcome of reading a file: null when it is not there. */
type Attempt = { checkpoint: Checkpoint } | { problem: string } | null;

/** One read asks for no more: some systems stop at 2 GiB. */
const LARGEST_READ = 2 ** 30;

export class CheckpointFiles {
  readonly #dir: string;
  readonly #newest: string;
  readonly #previous: string;
  #standing: string | null = null;

  constructor(dir: string) {
    this.#dir = dir;
    this.#newest = join(dir, CHECKPOINT_FILE);
    this.#previous = join(dir, PREVIOUS_CHECKPOINT_FILE);
  }

  /** The newest that this process has read or written, in words; null before. */
  get standing(): string | null {
    return this.#standing;
  }

  async exist(): Promise<boolean> {
    const found = await Promise.all([this.#newest, this.#previous].map((file) => stat(file).catch(() => null)));
    return found.some((one) => one?.isFile());
  }

  /** The newest good one; null when there is none at all, which is the start of a run. Changes nothing. */
  async read(): Promise<FoundCheckpoint | null> {
    const newest = await readCheckpoint(this.#newest);
    if (newest !== null && 'checkpoint' in newest) return this.#found(CHECKPOINT_FILE, newest.checkpoint, null);
    const previous = await readCheckpoint(this.#previous);
    if (newest === null && previous === null) return null;
    const problem = newest?.problem ?? `there is no ${this.#newest}`;
    if (previous !== null && 'checkpoint' in previous) {
      return this.#found(PREVIOUS_CHECKPOINT_FILE, previous.checkpoint, problem);
    }
    const fallback = previous?.problem ?? `there is no ${this.#previous} to fall back on`;
    throw new Failure(`${problem}; ${fallback}; ${trainAgain(this.#dir)}`);
  }

  #found(file: FoundCheckpoint['file'], checkpoint: Checkpoint, problem: string | null): FoundCheckpoint {
    this.#stand(join(this.#dir, file), checkpoint);
    return { checkpoint, file, problem };
  }

  #stand(file: string, { position }: Pick<Checkpoint, 'position'>): void {
    this.#standing = `${file}, ${placeInWords(position)}`;
  }

  /** Before going on from `found`: puts it in the place of a damaged newest one, which may not become the previous one. */
  async settle({ checkpoint, file }: FoundCheckpoint): Promise<void> {
    if (file === CHECKPOINT_FILE) return;
    try {
      await rename(this.#previous, this.#newest);
    } catch (error) {
      throw new Failure(`cannot replace ${this.#newest}: ${messageOf(error)}`);
    }
    this.#stand(this.#newest, checkpoint);
  }

  /** The newest so far becomes the previous one. */
  async write(checkpoint: OpenCheckpoint): Promise<void> {
    await writeFileAtomic(this.#newest, (writeAt) => writeCheckpoint(checkpoint, writeAt), this.#previous);
    this.#stand(this.#newest, checkpoint);
  }
}

/** Advice for people who have lost both. */
export function trainAgain(dir: string): string {
  const again = commandLine(['train', '--force', '--config', join(dir, CONFIG_FILE), '--out', dir]);
  return `${again} trains the run again, to the same weights`;
}

/** A warning that a checkpoint is not the newest, and why; null when it is. */
export function fallbackWarning(dir: string, { checkpoint, file, problem }: FoundCheckpoint): string | null {
  if (problem === null) return null;
  const standing = `${join(dir, file)}, ${placeInWords(checkpoint.position)}`;
  return `${problem}; falling back on ${standing}: the run gives the same bits from there`;
}

export function placeInWords({ epoch, iteration }: Checkpoint['position']): string {
  return `after ${plural(epoch, 'epoch')}${iteration > 0 ? ` and ${plural(iteration, 'step')}` : ''}`;
}

export async function readCheckpoint(file: string): Promise<Attempt> {
  let bytes: Uint8Array;
  try {
    bytes = await readWhole(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    // A bad sector is damage like any other; a fault that the user can set right is not.
    if (codeOf(error) === 'EIO') return { problem: `cannot read ${file}: ${messageOf(error)}` };
    throw new Failure(`cannot read ${file}: ${messageOf(error)}`);
  }
  try {
    return { checkpoint: await decodeCheckpoint(bytes, file) };
  } catch (error) {
    return { problem: messageOf(error) };
  } finally {
    // The tensors are copies.
    freeBuffers([bytes.buffer]);
  }
}

async function readWhole(file: string): Promise<Uint8Array> {
  const handle = await open(file, 'r');
  try {
    const bytes = new Uint8Array((await handle.stat()).size);
    return bytes.subarray(0, await fill(handle, bytes));
  } finally {
    await handle.close();
  }
}

/** Gives the number of bytes read: fewer than `bytes` has when the file became shorter meanwhile. */
async function fill(handle: FileHandle, bytes: Uint8Array): Promise<number> {
  let at = 0;
  while (at < bytes.length) {
    const { bytesRead } = await handle.read(bytes, at, Math.min(bytes.length - at, LARGEST_READ), at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return at;
}
