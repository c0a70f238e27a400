/** Arrays of NumPy in an .npz archive, or in a folder of .npy files, that are read row by row: none has to fit into memory. */
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { plain } from 'kestirme';
import { DatasetError, fileProblem } from '../error.js';
import { type DataFile, FileHash } from './fileHash.js';
import { type NpyArray, type NpyHeader, npyHeaderBytes, parseNpy, parseNpyHeader } from './npy.js';
import { ordinarySize } from './ordinaryFile.js';
import { ZipArchive } from './zip.js';

export interface ArrayFile {
  /** Without '.npy'. */
  name: string;
  /** Stands in errors. */
  file: string;
  /** In bytes, header and all. */
  size: number;
  header: NpyHeader;
  pieces(): AsyncIterable<Uint8Array>;
}

/** To be closed by whoever opened them. */
export interface ArrayFiles {
  arrays: ReadonlyMap<string, ArrayFile>;
  close(): void;
}

const expected = 'an .npz archive, or a folder with .npy files';

/** Opens all arrays at `path`; reads their headers. */
export async function openArrays(path: string): Promise<ArrayFiles> {
  try {
    return (await stat(path)).isDirectory() ? await openFolder(path) : await openArchive(path);
  } catch (error) {
    throw fileProblem(error, path, expected);
  }
}

async function openFolder(dir: string): Promise<ArrayFiles> {
  const names = (await readdir(dir)).filter((name) => name.endsWith('.npy'));
  const found = names.map(async (name) => {
    const file = join(dir, name);
    return described(name, file, await ordinarySize(file, 'an array of NumPy'), () => createReadStream(file));
  });
  return { arrays: byName(await Promise.all(found)), close: () => {} };
}

async function openArchive(path: string): Promise<ArrayFiles> {
  const zip = await ZipArchive.openFile(path);
  try {
    const members = zip.members.filter(({ name }) => name.endsWith('.npy'));
    const found = [];
    for (const member of members) {
      const file = `${path}/${plain.excerpt(member.name)}`;
      found.push(await described(basename(member.name), file, member.size, () => zip.read(member)));
    }
    return { arrays: byName(found), close: () => zip.close() };
  } catch (error) {
    zip.close();
    throw error;
  }
}

const byName = (found: readonly ArrayFile[]) => new Map(found.map((one) => [one.name, one]));

async function described(
  name: string,
  file: string,
  size: number,
  pieces: () => AsyncIterable<Uint8Array>,
): Promise<ArrayFile> {
  let start = Buffer.alloc(0);
  for await (const piece of pieces()) {
    start = Buffer.concat([start, piece]);
    if (start.length >= npyHeaderBytes) break;
  }
  const header = parseNpyHeader(start, file);
  const end = header.start + header.length * header.bytesEach;
  if (size !== end) {
    const numbers = `${header.length} numbers of ${header.bytesEach} bytes (${end} bytes in all)`;
    throw new DatasetError({ file, offset: Math.min(size, end) }, numbers, `${size} bytes in all`);
  }
  return { name: name.replace(/\.npy$/, ''), file, size, header, pieces };
}

/** All of an array, which may have at most `mostBytes`; and its file, hashed. */
export async function readArray(
  { name, file, size, pieces }: ArrayFile,
  mostBytes: number,
): Promise<{ array: NpyArray; read: DataFile }> {
  if (size > mostBytes) throw new DatasetError({ file, offset: null }, `at most ${mostBytes} bytes`, `${size}`);
  const bytes = new Uint8Array(size);
  let at = 0;
  for await (const piece of pieces()) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return { array: parseNpy(bytes, file), read: new FileHash().update(bytes).finish(`${name}.npy`) };
}

/**
 * Reads rows (of the first axis) at `positions`, which rise, and nothing behind the last; `take` is told of each and may not
 * keep its bytes, which are as the file has them. Gives the file: hashed whole when all of it was read, else its rows.
 */
export async function readRows(
  { name, file, size, header, pieces }: ArrayFile,
  positions: readonly number[],
  take: (index: number, row: Uint8Array) => void,
): Promise<DataFile> {
  const rows = header.shape[0] ?? 0;
  if (header.fortranOrder && header.shape.length > 1) {
    const advice = 'one in columns, which would have to be read whole: save it with numpy.ascontiguousarray';
    throw new DatasetError({ file, offset: null }, 'an array in rows', advice);
  }
  const rowBytes = (size - header.start) / rows;
  const row = new Uint8Array(rowBytes);
  const isWhole = positions.length === rows;
  const hash = new FileHash();
  let next = 0;
  // In bytes of the file.
  let before = 0;
  for await (const piece of pieces()) {
    if (isWhole) hash.update(piece);
    while (next < positions.length) {
      const start = header.start + (positions[next] as number) * rowBytes;
      const from = Math.max(start, before);
      const to = Math.min(start + rowBytes, before + piece.length);
      if (to > from) row.set(piece.subarray(from - before, to - before), from - start);
      if (start + rowBytes > before + piece.length) break;
      if (!isWhole) hash.update(row);
      take(next++, row);
    }
    before += piece.length;
    if (!isWhole && next === positions.length) break;
  }
  if (next < positions.length) throw new DatasetError({ file, offset: before }, 'more rows', 'the end of the file');
  const part = isWhole ? {} : { part: { images: positions.length, of: rows } };
  return { ...hash.finish(`${name}.npy`), ...part };
}
