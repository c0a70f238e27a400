/**
 * MATLAB's MAT-file, version 5, as much of it as a matrix of real numbers needs: a header of 128 bytes, then elements: u32
 * type, u32 bytes, and those bytes, filled up to a multiple of 8; four bytes or less stand in the tag itself. Type 15 is a
 * zlib stream of one element; type 14 a matrix: flags, sizes, name, and numbers of any type, column by column.
 * Source: MathWorks, "MAT-File Format", chapter 1.
 */
import { DatasetError } from '../../error.js';
import type { ByteStream } from '../events.js';
import { Damaged } from '../packed/damaged.js';
import { inflated } from '../packed/inflate.js';
import { Cursor } from './cursor.js';

const headerBytes = 128;
const tagBytes = 8;
const types = { int8: 1, int32: 5, uint32: 6, matrix: 14, compressed: 15 };
/** Classes of matrices that hold plain numbers: double, single, and integers of 8 to 32 bits. */
const numericClasses = { from: 6, to: 13 };
const complexFlag = 0x800;
/** Of a matrix's name, and of its sizes: what is longer is none of ours. */
const longestPart = 1024;

type Read = (view: DataView, at: number) => number;
/** By type: bytes of a number, and how it is read. */
const numbers: Record<number, [number, Read]> = {
  1: [1, (view, at) => view.getInt8(at)],
  2: [1, (view, at) => view.getUint8(at)],
  3: [2, (view, at) => view.getInt16(at, true)],
  4: [2, (view, at) => view.getUint16(at, true)],
  5: [4, (view, at) => view.getInt32(at, true)],
  6: [4, (view, at) => view.getUint32(at, true)],
  7: [4, (view, at) => view.getFloat32(at, true)],
  9: [8, (view, at) => view.getFloat64(at, true)],
};

/** A matrix whose numbers are next in `cursor`. */
export interface Matrix {
  cursor: Cursor;
  rows: number;
  columns: number;
  /** Of one number. */
  bytes: number;
  read: Read;
}

/**
 * The matrix `name` of a file, to be read on from its cursor. `outer` is at the file's beginning.
 * @throws DatasetError when it is no such file or has no such matrix; Damaged or RangeError where it is broken.
 */
export async function findMatrix(outer: Cursor, name: string): Promise<Matrix> {
  const { name: file } = outer;
  if (!(await outer.have(headerBytes)) || outer.view.getUint16(outer.at + 124, true) !== 0x100) {
    throw new DatasetError({ file, offset: 0 }, 'a MAT-file of version 5', 'none');
  }
  if (outer.view.getUint16(outer.at + 126, true) !== 0x4d49) {
    throw new DatasetError({ file, offset: 126 }, "least significant bytes first ('IM')", 'another order');
  }
  outer.at += headerBytes;
  while (await outer.have(tagBytes)) {
    const type = outer.view.getUint32(outer.at, true);
    const size = outer.view.getUint32(outer.at + 4, true);
    const end = outer.offset + tagBytes + size;
    outer.at += tagBytes;
    const inner = type === types.compressed ? new Cursor(inflated(part(outer, size))) : outer;
    let found: Matrix | null = null;
    try {
      if (type === types.compressed) found = await readMatrix(inner, (await tag(inner)).type, name);
      else found = await readMatrix(inner, type, name);
    } finally {
      if (found === null && inner !== outer) await inner.close();
    }
    if (found !== null) return found;
    if (!(await outer.skip(end - outer.offset))) break;
  }
  throw new DatasetError({ file, offset: outer.offset }, `a matrix '${name}'`, 'none');
}

/** The next `size` bytes of a cursor. */
function part(cursor: Cursor, size: number): ByteStream {
  return {
    name: cursor.name,
    size,
    async *chunks() {
      let left = size;
      while (left > 0 && (await cursor.have(1))) {
        const piece = cursor.bytes.subarray(cursor.at, cursor.at + Math.min(left, cursor.left));
        cursor.at += piece.length;
        left -= piece.length;
        yield piece;
      }
    },
  };
}

interface Tag {
  type: number;
  size: number;
  /** With what fills up to a multiple of 8; of a small element, all are in the tag. */
  filled: number;
}

async function tag(cursor: Cursor): Promise<Tag> {
  if (!(await cursor.have(tagBytes))) throw new Damaged('an element of a MAT-file', 'its end');
  const word = cursor.view.getUint32(cursor.at, true);
  const small = word >>> 16;
  if (small !== 0) {
    if (small > 4) throw new Damaged('a small element of at most 4 bytes', `${small}`);
    cursor.at += 4;
    return { type: word & 0xffff, size: small, filled: 4 };
  }
  const size = cursor.view.getUint32(cursor.at + 4, true);
  cursor.at += tagBytes;
  return { type: word, size, filled: Math.ceil(size / 8) * 8 };
}

/** The bytes of a short element of type `type`. */
async function shortElement(cursor: Cursor, type: number, meaning: string): Promise<DataView> {
  const found = await tag(cursor);
  if (found.type !== type || found.size > longestPart || !(await cursor.have(found.filled))) {
    throw new Damaged(meaning, `${found.size} bytes of type ${found.type}`);
  }
  const view = new DataView(cursor.view.buffer, cursor.view.byteOffset + cursor.at, found.size);
  cursor.at += found.filled;
  return view;
}

/** The matrix of which the cursor is behind the tag; null: it has another name, or is none of numbers. */
async function readMatrix(cursor: Cursor, type: number, name: string): Promise<Matrix | null> {
  if (type !== types.matrix) return null;
  const flags = (await shortElement(cursor, types.uint32, "a matrix's flags")).getUint32(0, true);
  const sizes = await shortElement(cursor, types.int32, "a matrix's sizes");
  const found = await shortElement(cursor, types.int8, "a matrix's name");
  if (new TextDecoder('latin1').decode(found) !== name) return null;
  const numeric = (flags & 0xff) >= numericClasses.from && (flags & 0xff) <= numericClasses.to;
  if (!numeric || (flags & complexFlag) !== 0 || sizes.byteLength !== 8) {
    throw new Damaged('a matrix of real numbers with two sizes', `class ${flags & 0xff}`);
  }
  const [rows, columns] = [sizes.getInt32(0, true), sizes.getInt32(4, true)];
  const data = await tag(cursor);
  const [bytes, read] = numbers[data.type] ?? [0, null];
  if (read === null || rows < 0 || columns < 0 || data.size !== rows * columns * bytes) {
    throw new Damaged(`${rows}x${columns} numbers`, `${data.size} bytes of type ${data.type}`);
  }
  return { cursor, rows, columns, bytes, read };
}
