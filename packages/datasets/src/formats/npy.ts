/**
 * NumPy's .npy files: magic, version, the length of a header that is a Python dictionary in text, then numbers. Arrays of
 * numbers and truth values are read; objects (a pickle, which could run code) and records are refused.
 * Source: NumPy's "NEP 1 - A simple file format for NumPy arrays" and `numpy.lib.format`.
 */
import { plain } from 'kestirme';
import { DatasetError } from '../error.js';
import { fromFortranOrder, type NpyArray, type NpyHeader, type NpyType, numbersOf } from './npyData.js';
import { parsePythonDict } from './pythonDict.js';

export type { NpyArray, NpyData, NpyHeader, NpyType } from './npyData.js';

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** NumPy itself reads no longer ones unless it is told to trust them. */
const longestHeader = 10_000;
/** NumPy's own bound. */
const mostDimensions = 64;
/** With the longest header, what must be at hand for `parseNpyHeader`. */
export const npyHeaderBytes = 12 + longestHeader;

const types: Readonly<Record<string, NpyType>> = {
  b1: 'bool',
  u1: 'uint8',
  i1: 'int8',
  u2: 'uint16',
  i2: 'int16',
  u4: 'uint32',
  i4: 'int32',
  u8: 'uint64',
  i8: 'int64',
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
};

/** The header at the start of `bytes`, which may go on as far as they will. `file` stands in errors. */
export function parseNpyHeader(bytes: Uint8Array, file: string): NpyHeader {
  const refuse = (offset: number, expected: string, found: string) => {
    throw new DatasetError({ file, offset }, expected, found);
  };
  if (!magic.every((byte, i) => bytes[i] === byte)) {
    refuse(0, 'an array of NumPy (\\x93NUMPY)', bytes.length < magic.length ? 'the end of the file' : 'other bytes');
  }
  const version = bytes[6];
  if (version !== 1 && version !== 2 && version !== 3) refuse(6, 'version 1, 2 or 3 of the format', String(version));
  const lengthBytes = version === 1 ? 2 : 4;
  const textStart = 8 + lengthBytes;
  if (bytes.length < textStart) refuse(bytes.length, 'the length of the header', 'the end of the file');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const textBytes = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (textBytes > longestHeader) refuse(8, `a header of at most ${longestHeader} bytes`, `${textBytes}`);
  const start = textStart + textBytes;
  if (bytes.length < start) refuse(bytes.length, `a header of ${textBytes} bytes`, 'the end of the file');
  const text = new TextDecoder(version === 3 ? 'utf-8' : 'latin1').decode(bytes.subarray(textStart, start));
  return { ...describe(text, file, textStart), start };
}

function describe(text: string, file: string, offset: number): Omit<NpyHeader, 'start'> {
  const refuse = (expected: string, found: string): never => {
    throw new DatasetError({ file, offset }, expected, found);
  };
  const fields = parsePythonDict(text);
  if (fields === undefined) return refuse("a header with 'descr', 'fortran_order' and 'shape'", plain.excerpt(text));
  const { descr, fortran_order: fortranOrder, shape } = fields;
  if (Array.isArray(descr)) return refuse('numbers of one type', 'records of several fields');
  if (typeof descr === 'string' && /^[|<>=]?O/.test(descr)) {
    return refuse('numbers', 'Python objects, whose reading could run code: save the array with a type of numbers');
  }
  const [, order, code = ''] = /^([|<>=]?)([a-z]\d+)$/.exec(String(descr)) ?? [];
  const dtype = Object.hasOwn(types, code) ? types[code] : undefined;
  if (dtype === undefined) return refuse(`numbers of a type of ${Object.keys(types).join(', ')}`, shown(descr));
  if (typeof fortranOrder !== 'boolean') return refuse("'fortran_order' to be True or False", shown(fortranOrder));
  if (!Array.isArray(shape) || !shape.every((one) => Number.isSafeInteger(one) && one >= 0)) {
    return refuse("'shape' to be whole numbers from 0 on", shown(shape));
  }
  if (shape.length > mostDimensions) return refuse(`at most ${mostDimensions} dimensions`, `${shape.length}`);
  const length = (shape as number[]).reduce((product, one) => product * one, 1);
  const bytesEach = Number(code.slice(1));
  if (!Number.isSafeInteger(length * bytesEach)) return refuse('an array that fits into memory', shown(shape));
  return { shape: shape as number[], dtype, bytesEach, bigEndian: order === '>', fortranOrder, length };
}

function shown(value: unknown): string {
  return plain.excerpt(JSON.stringify(value) ?? 'nothing');
}

/** An array of `bytes`, all of a file. The numbers lie in `bytes` where that is possible. */
export function parseNpy(bytes: Uint8Array, file: string): NpyArray {
  const header = parseNpyHeader(bytes, file);
  const { shape, dtype, start, length, bytesEach } = header;
  const end = start + length * bytesEach;
  if (bytes.length !== end) {
    const expected = `${length} numbers of ${bytesEach} bytes (${end} bytes in all)`;
    throw new DatasetError({ file, offset: Math.min(bytes.length, end) }, expected, `${bytes.length} bytes in all`);
  }
  const data = numbersOf(bytes.subarray(start, end), header);
  return { shape, dtype, data: header.fortranOrder ? fromFortranOrder(data, shape) : data };
}

/**
 * The numbers as 64-bit floats, which hold each of them exactly: whole numbers beyond 2^53 are refused. `name`: of the
 * array, in errors.
 */
export function asFloat64(array: NpyArray, file: string, name: string): Float64Array {
  const { data } = array;
  if (data instanceof Float64Array) return data;
  if (!(data instanceof BigInt64Array) && !(data instanceof BigUint64Array)) return Float64Array.from(data);
  const exact = new Float64Array(data.length);
  for (let i = 0; i < data.length; i++) {
    exact[i] = Number(data[i]);
    if (Number.isSafeInteger(exact[i])) continue;
    const expected = `${plain.excerpt(name)}[${i}] to be a whole number below 2^53`;
    throw new DatasetError({ file, offset: null }, expected, String(data[i]));
  }
  return exact;
}
