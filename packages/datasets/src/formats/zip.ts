/**
 * Reads zip archives member by member: what is not asked for stays packed. `yauzl` knows the format, checks names and
 * holds each member to the size that it claims; here are the checksums, and refusals before memory is taken.
 */
import { crc32 } from 'node:zlib';
import { plain } from 'kestirme';
import type { Entry, ZipFile } from 'yauzl';
import { DatasetError, fileProblem } from '../error.js';
import { ordinarySize } from './ordinaryFile.js';

/** No data set's archive has more members (N-MNIST's training zip has 60,010). */
const mostMembers = 500_000;
/** Deflate packs 258 bytes into 2 bits at best: a member that claims more is a lie. */
const bestRatio = 1032;

/** Loaded when it is needed: CommonJS, which in a program's bundle of ES modules would end it at its start. */
const yauzl = () => import('yauzl');

const expected = 'a sound zip archive';
const symbolicLink = 0o120000;
const typeMask = 0o170000;

/** A file in an archive. Folders are none of them. */
export interface ZipMember {
  /** With slashes; it leads nowhere outside of a folder. */
  readonly name: string;
  /** In bytes, unpacked. */
  readonly size: number;
}

/** To be closed by whoever opened it. All methods reject with a DatasetError that names the file and the member. */
export class ZipArchive {
  readonly file: string;
  /** In the order of the archive's directory. */
  readonly members: readonly ZipMember[];
  readonly #zip: ZipFile;
  readonly #entries: ReadonlyMap<ZipMember, Entry>;

  private constructor(file: string, zip: ZipFile, entries: ReadonlyMap<ZipMember, Entry>) {
    this.file = file;
    this.#zip = zip;
    this.#entries = entries;
    this.members = [...entries.keys()];
  }

  /** Reads the directory of an archive on the disk. */
  static async openFile(file: string): Promise<ZipArchive> {
    return guarded(file, async () => {
      await ordinarySize(file, expected);
      const { openPromise } = await yauzl();
      return ZipArchive.#of(file, await openPromise(file, { autoClose: false }));
    });
  }

  /** The same of `bytes`, all of an archive; `file` stands in errors. */
  static async openBytes(bytes: Uint8Array, file: string): Promise<ZipArchive> {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return guarded(file, async () => {
      const { fromBufferPromise } = await yauzl();
      return ZipArchive.#of(file, await fromBufferPromise(buffer, { lazyEntries: true }));
    });
  }

  static async #of(file: string, zip: ZipFile): Promise<ZipArchive> {
    const entries = new Map<ZipMember, Entry>();
    const names = new Set<string>();
    try {
      if (zip.entryCount > mostMembers) {
        throw new DatasetError({ file, offset: null }, `at most ${mostMembers} members`, `${zip.entryCount}`);
      }
      for await (const entry of zip.eachEntry()) {
        const name = entry.fileName;
        if (name.endsWith('/')) continue;
        const problem = problemOf(entry, names, zip.fileSize);
        if (problem !== undefined) throw unfit(file, name, problem);
        names.add(name);
        entries.set({ name, size: entry.uncompressedSize }, entry);
      }
      return new ZipArchive(file, zip, entries);
    } catch (error) {
      zip.close();
      throw error;
    }
  }

  member(name: string): ZipMember | undefined {
    return this.members.find((one) => one.name === name);
  }

  /** A member's contents in pieces; after the last one its checksum has been found right. */
  async *read(member: ZipMember): AsyncGenerator<Uint8Array> {
    const entry = this.#entries.get(member);
    if (entry === undefined) throw new Error(`'${member.name}' is no member of ${this.file}`);
    let sum = 0;
    const stream = await guarded(this.file, () => this.#zip.openReadStreamPromise(entry), member.name);
    try {
      for await (const piece of stream) {
        sum = crc32(piece, sum);
        yield piece;
      }
    } catch (error) {
      throw problemIn(this.file, error, member.name);
    } finally {
      stream.destroy();
    }
    if (sum !== entry.crc32) throw unfit(this.file, member.name, 'has another checksum than it should: it is damaged');
  }

  /** All of a member, in memory of its own. Refuses one of more than `most` bytes before it takes any. */
  async bytes(member: ZipMember, most: number): Promise<Uint8Array> {
    if (member.size > most) throw unfit(this.file, member.name, `has ${member.size} bytes, at most ${most} are read`);
    const all = new Uint8Array(member.size);
    let at = 0;
    for await (const piece of this.read(member)) {
      all.set(piece, at);
      at += piece.length;
    }
    return all;
  }

  close(): void {
    this.#zip.close();
  }
}

function problemOf(entry: Entry, names: ReadonlySet<string>, archiveSize: number): string | undefined {
  const { fileName, compressionMethod, compressedSize, uncompressedSize } = entry;
  if (((entry.externalFileAttributes >>> 16) & typeMask) === symbolicLink) return 'is a link';
  if (entry.isEncrypted()) return 'is encrypted';
  if (!entry.canDecodeFileData()) return `is packed by method ${compressionMethod}, only 0 and 8 (deflate) are read`;
  if (compressedSize > archiveSize) return `claims ${compressedSize} packed bytes of an archive of ${archiveSize}`;
  if (uncompressedSize > compressedSize * bestRatio) {
    return `claims ${uncompressedSize} bytes of ${compressedSize} packed ones, which is not possible`;
  }
  if (/\p{Cc}/u.test(fileName)) return 'has control characters in its name';
  if (names.has(fileName)) return 'is there twice';
  return undefined;
}

function unfit(file: string, name: string, problem: string): DatasetError {
  return new DatasetError({ file, offset: null }, expected, `that '${plain.excerpt(name)}' ${problem}`);
}

async function guarded<T>(file: string, work: () => Promise<T>, member?: string): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw problemIn(file, error, member);
  }
}

/** yauzl throws plain errors that say what is wrong, zlib errors with codes of its own; anything else is a bug. */
function problemIn(file: string, error: unknown, member?: string): unknown {
  if (error instanceof DatasetError || !(error instanceof Error)) return error;
  const isZlib = (plain.systemCode(error) ?? '').startsWith('Z_');
  if (error.constructor !== Error && !isZlib) return error;
  if (plain.systemReason(error) !== undefined && !isZlib) return fileProblem(error, file, expected);
  const where = member === undefined ? '' : `in '${plain.excerpt(member)}': `;
  return new DatasetError({ file, offset: null }, expected, `${where}${plain.excerpt(error.message)}`, {
    cause: error,
  });
}
