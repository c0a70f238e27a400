/** Files below a folder, and those in the zip archives below it. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { byCodePoints } from '../../byCodePoints.js';
import { readEntries } from '../../entries.js';
import { DatasetError, fileProblem } from '../../error.js';
import { ZipArchive, type ZipMember } from '../../formats/zip.js';
import type { ByteStream } from '../events.js';
import { fileStream } from '../fileStream.js';

/** Where a file's bytes are; can be copied to other threads. */
export interface FileRef {
  /** Below the folder, with slashes, an archive as if it were a folder: it stands in fingerprints. */
  name: string;
  /** On the disk: the file, or the archive that it is in. */
  path: string;
  /** Its name in the archive; null: it is in none. */
  member: string | null;
}

/** No data set of recordings has near so many. */
const mostFiles = 1_000_000;
const deepest = 12;

/** The files below a folder, sorted by name in each folder; links to folders are not followed. */
export async function listFiles(dir: string, entries = readEntries): Promise<FileRef[]> {
  const found: FileRef[] = [];
  const walk = async (folder: string, prefix: string, depth: number): Promise<void> => {
    for (const entry of await entries(folder)) {
      const path = join(folder, entry.name);
      const name = `${prefix}${entry.name}`;
      if (entry.kind === 'folder') {
        if (!entry.isLink && depth < deepest) await walk(path, `${name}/`, depth + 1);
      } else if (entry.kind === 'file') {
        found.push({ name, path, member: null });
        if (found.length > mostFiles) {
          throw new DatasetError({ file: dir, offset: null }, `at most ${mostFiles} files below it`, 'more');
        }
      }
    }
  };
  await walk(dir, '', 0).catch((error: unknown) => {
    throw fileProblem(error, dir, 'a folder of recordings');
  });
  return found;
}

/** Enough of a stream to tell what format it is of. */
export async function firstBytes(stream: ByteStream): Promise<Uint8Array> {
  for await (const chunk of stream.chunks()) return chunk;
  return new Uint8Array(0);
}

/** Opens files, and keeps the archives open that they are in. */
export class FileOpener {
  readonly #archives = new Map<string, Promise<{ zip: ZipArchive; members: Map<string, ZipMember> }>>();

  /** The files in an archive. */
  async listArchive({ name, path }: FileRef): Promise<FileRef[]> {
    const { members } = await this.#archive(path);
    const names = [...members.keys()].sort(byCodePoints);
    return names.map((member) => ({ name: `${name}/${member}`, path, member }));
  }

  /** @throws DatasetError when it is not there or cannot be read. */
  async open({ name, path, member }: FileRef): Promise<ByteStream> {
    if (member === null) return fileStream(path);
    const { zip, members } = await this.#archive(path);
    const found = members.get(member);
    if (found === undefined) throw new DatasetError({ file: path, offset: null }, `a member '${member}'`, 'none');
    return { name, size: found.size, chunks: () => zip.read(found) };
  }

  async close(): Promise<void> {
    const archives = await Promise.allSettled(this.#archives.values());
    this.#archives.clear();
    for (const one of archives) if (one.status === 'fulfilled') one.value.zip.close();
  }

  #archive(path: string) {
    const opened =
      this.#archives.get(path) ??
      ZipArchive.openFile(path).then((zip) => ({ zip, members: new Map(zip.members.map((one) => [one.name, one])) }));
    this.#archives.set(path, opened);
    return opened;
  }
}

/** Changes when a file does, as far as the file system tells; of what is in an archive, when the archive does. */
export async function stampOf({ path }: FileRef): Promise<string> {
  const { size, mtimeMs } = await stat(path).catch((error: unknown) => {
    throw fileProblem(error, path, 'a recording');
  });
  return `${size} ${mtimeMs}`;
}
