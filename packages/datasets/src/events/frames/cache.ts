/** Frames that were made, kept on the disk by what they were made of. Several processes may use one folder. */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeCacheFile } from '../../cache/atomic.js';
import { CacheRoom, type CacheSettings, markUsed } from '../../cache/room.js';
import type { TimeSpan } from './make.js';
import type { Frames, Sensor } from './maker.js';
import { encodeFrames } from './npyFrames.js';
import type { FrameSettings } from './settings.js';

/** Of the arithmetic: another number makes all frames anew. */
const version = 1;

export interface FramesKey extends FrameSettings, Sensor, TimeSpan {
  /** Hash of the recording, in hexadecimal. */
  recording: string;
  /** Name of its format. */
  format: string;
  /** They are what was left when the recording's problems were left out. */
  skipsProblems: boolean;
}

export class FrameCache {
  readonly #dir: string;
  readonly #room: CacheRoom;

  constructor({ folder, bytes }: CacheSettings) {
    this.#dir = join(folder, 'frames');
    this.#room = new CacheRoom(bytes);
  }

  /** The file of these frames. */
  path(key: FramesKey): string {
    const text = JSON.stringify([version, ...Object.entries(key).sort(([a], [b]) => (a < b ? -1 : 1))], infinities);
    const hash = createHash('sha256').update(text).digest('hex');
    return join(this.#dir, hash.slice(0, 2), `${hash.slice(2, 42)}.npy`);
  }

  /** Asking counts as reading: whoever asks goes on to use them. */
  has(path: string): Promise<boolean> {
    return stat(path).then(
      ({ mtimeMs }) => {
        markUsed(path, mtimeMs);
        return true;
      },
      () => false,
    );
  }

  /** Where there is room. `problem`: what was left out, if anything was. `frames` null: nothing was left. */
  async write(path: string, frames: Frames | null, problem: string | null): Promise<void> {
    // The frames last: where they are, all is there.
    if (problem !== null) await this.#keep(problemFile(path), JSON.stringify({ problem, isEmpty: frames === null }));
    if (frames !== null) await this.#keep(path, encodeFrames(frames));
  }

  async #keep(file: string, content: Uint8Array | string): Promise<void> {
    if (!this.#room.has(file, content.length)) return;
    await writeCacheFile(file, content);
    this.#room.count(file, content.length);
  }

  /** What was left out of frames that were made with problems left out; undefined: they were not made. */
  async problem(path: string): Promise<{ problem: string; isEmpty: boolean } | undefined> {
    const text = await readFile(problemFile(path), 'utf8').catch(() => undefined);
    if (text === undefined || !(await this.has(problemFile(path)))) return undefined;
    const found = JSON.parse(text) as { problem: string; isEmpty: boolean };
    return found.isEmpty || (await this.has(path)) ? found : undefined;
  }
}

const problemFile = (path: string) => path.replace(/npy$/, 'json');

/** JSON has no infinity. */
const infinities = (_: string, value: unknown) =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
