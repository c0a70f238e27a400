/** What recordings hold, by hash: remembered, so that a data set of gigabytes is not read anew at each start. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeCacheFile } from '../../cache/atomic.js';
import { type FileRef, stampOf } from './files.js';

export interface Contents {
  bytes: number;
  /** In hexadecimal. */
  sha256: string;
}

type Remembered = Record<string, Contents & { stamp: string }>;

/** Of the files of one folder. A file counts as unchanged while its size and its time of change are. */
export class KnownHashes {
  readonly #file: string;
  readonly #known: Map<string, Contents & { stamp: string }>;
  #isChanged = false;

  private constructor(file: string, known: Remembered) {
    this.#file = file;
    this.#known = new Map(Object.entries(known));
  }

  static async open(cacheDir: string, dir: string): Promise<KnownHashes> {
    const file = join(cacheDir, 'hashes', `${createHash('sha256').update(dir).digest('hex').slice(0, 32)}.json`);
    return new KnownHashes(file, await readFile(file, 'utf8').then(parse, () => ({})));
  }

  /** Undefined: to be found out. */
  async of(ref: FileRef): Promise<Contents | undefined> {
    const known = this.#known.get(ref.name);
    return known !== undefined && known.stamp === (await stampOf(ref)) ? known : undefined;
  }

  /** `stamp`: from before the file was read. */
  remember({ name }: FileRef, stamp: string, { bytes, sha256 }: Contents): void {
    this.#known.set(name, { bytes, sha256, stamp });
    this.#isChanged = true;
  }

  async save(): Promise<void> {
    if (!this.#isChanged) return;
    this.#isChanged = false;
    await writeCacheFile(this.#file, JSON.stringify(Object.fromEntries(this.#known)));
  }
}

/** What is damaged is forgotten. */
function parse(text: string): Remembered {
  try {
    const entries = Object.entries(JSON.parse(text) as Remembered);
    const sound = entries.filter(
      ([, one]) =>
        typeof one?.stamp === 'string' && Number.isSafeInteger(one.bytes) && /^[0-9a-f]{64}$/.test(one.sha256),
    );
    return Object.fromEntries(sound);
  } catch {
    return {};
  }
}
