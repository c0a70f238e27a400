/** NumPy's .npz files: zip archives of .npy files, packed or not. */
import { plain } from 'kestirme';
import { DatasetError } from '../error.js';
import { type NpyArray, parseNpy } from './npy.js';
import { ZipArchive } from './zip.js';

export interface NpzOptions {
  /** Which arrays, by their names; default: all. One that is not there is missing from the answer. */
  only?: readonly string[];
  /** Bytes of all arrays that are read, unpacked; default 1 GiB. */
  mostBytes?: number;
}

const usualMost = 1024 ** 3;
const mostArrays = 10_000;

/**
 * The arrays of an archive by their names, in its order. `bytes`: all of a file; `file` stands in errors.
 * Rejects with a DatasetError for a damaged one, one with objects in it, or one that is larger than `mostBytes`.
 */
export async function readNpz(
  bytes: Uint8Array,
  file: string,
  options: NpzOptions = {},
): Promise<Map<string, NpyArray>> {
  return readArrays(await ZipArchive.openBytes(bytes, file), options);
}

/** The same of a file on the disk, of which no more is read than is needed. */
export async function readNpzFile(file: string, options: NpzOptions = {}): Promise<Map<string, NpyArray>> {
  return readArrays(await ZipArchive.openFile(file), options);
}

async function readArrays(
  zip: ZipArchive,
  { only, mostBytes = usualMost }: NpzOptions,
): Promise<Map<string, NpyArray>> {
  const { file, members } = zip;
  try {
    if (members.length > mostArrays) {
      throw new DatasetError({ file, offset: null }, `at most ${mostArrays} arrays`, `${members.length}`);
    }
    const arrays = new Map<string, NpyArray>();
    let left = mostBytes;
    for (const member of members) {
      // NumPy, too, gives a member by its name without the ending.
      const name = member.name.replace(/\.npy$/, '');
      if (only !== undefined && !only.includes(name)) continue;
      if (member.size > left) {
        throw new DatasetError(
          { file, offset: null },
          `arrays of at most ${mostBytes} bytes in all`,
          `more: '${plain.excerpt(name)}' has ${member.size}`,
        );
      }
      left -= member.size;
      const bytes = await zip.bytes(member, member.size);
      arrays.set(name, parseNpy(bytes, `${file}/${plain.excerpt(member.name)}`));
    }
    return arrays;
  } finally {
    zip.close();
  }
}
