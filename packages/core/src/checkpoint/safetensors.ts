/**
 * The safetensors file format: header length as u64, a JSON header with a name, type, shape and byte range for each
 * tensor, then the tensors' bytes; little-endian, row-major. Strict: ranges follow each other without gap or overlap and
 * end with the file, so that no byte goes unread. Specification: https://github.com/huggingface/safetensors#format
 */
import { excerpt, excerptOf } from '../plain/excerpt.js';
import { decodeUtf8, parseJson } from '../plain/json.js';
import { countOf } from './tensors.js';

const arrays = {
  F32: Float32Array,
  F64: Float64Array,
  I32: Int32Array,
  I64: BigInt64Array,
  U8: Uint8Array,
  U32: Uint32Array,
} as const;

interface TensorArrays {
  F32: Float32Array;
  F64: Float64Array;
  I32: Int32Array;
  I64: BigInt64Array;
  U8: Uint8Array;
  U32: Uint32Array;
}

export type TensorType = keyof TensorArrays;

/** One tensor; `data` has the array type that belongs to `dtype`, as many entries as `shape` multiplies to. */
export type FileTensor = { [D in TensorType]: { dtype: D; shape: number[]; data: TensorArrays[D] } }[TensorType];

export interface SafetensorsFile {
  /** Tensors by name, in the order of their bytes. */
  tensors: Map<string, FileTensor>;
  metadata: Record<string, string>;
}

/** A file that breaks the format. `offset` is the byte at which it does. */
export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError';
  readonly offset: number;
  constructor(file: string, offset: number, problem: string) {
    super(`${file}, byte ${offset}: ${problem}`);
    this.offset = offset;
  }
}

const lengthBytes = 8;
const largestHeader = 100_000_000;

// Typed arrays have the machine's order, files have the little end first.
function requireLittleEndian(): void {
  if (new Uint8Array(new Uint16Array([1]).buffer)[0] !== 1) {
    throw new Error('safetensors: this machine stores the high byte of a number first, which is not supported');
  }
}

/**
 * The first bytes of a file with tensors of these types and shapes, in the map's order: padded so that the tensors, which
 * follow without gaps, start at a multiple of 8. `bytes`: of the whole file.
 */
export function safetensorsHeader(
  tensors: Iterable<readonly [name: string, { dtype: TensorType; shape: readonly number[] }]>,
  metadata: Readonly<Record<string, string>>,
): { header: Uint8Array<ArrayBuffer>; bytes: number } {
  requireLittleEndian();
  const entries: [string, unknown][] = [['__metadata__', metadata]];
  let end = 0;
  for (const [name, { dtype, shape }] of tensors) {
    if (name === '__metadata__') throw new RangeError("no tensor may be called '__metadata__'");
    const length = countOf(shape) * arrays[dtype].BYTES_PER_ELEMENT;
    entries.push([name, { dtype, shape, data_offsets: [end, end + length] }]);
    end += length;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const headerLength = Math.ceil(json.length / 8) * 8;
  if (headerLength > largestHeader) {
    throw new RangeError(`the header would have ${headerLength} bytes; the format allows ${largestHeader}`);
  }
  const header = new Uint8Array(lengthBytes + headerLength).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(headerLength), true);
  header.set(json, lengthBytes);
  return { header, bytes: header.length + end };
}

/** The bytes of a tensor in a file: the array's own memory. @throws RangeError when the array does not fit the shape */
export function tensorBytes(name: string, { dtype, shape, data }: FileTensor): Uint8Array {
  if (data.length !== countOf(shape) || !(data instanceof arrays[dtype])) {
    throw new RangeError(`${name}: shape [${shape}] of ${dtype} does not fit its ${data.length} values`);
  }
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** A file with these tensors, in the map's order. */
export function encodeSafetensors({ tensors, metadata }: SafetensorsFile): Uint8Array<ArrayBuffer> {
  const pieces = [...tensors].map(([name, tensor]) => tensorBytes(name, tensor));
  const { header, bytes } = safetensorsHeader(tensors, metadata);
  const file = new Uint8Array(bytes);
  file.set(header);
  let at = header.length;
  for (const piece of pieces) {
    file.set(piece, at);
    at += piece.length;
  }
  return file;
}

/**
 * Reads a whole file; the tensors are copies. `name` stands in errors.
 * @throws SafetensorsError that names the offset and what was expected there.
 */
export function decodeSafetensors(bytes: Uint8Array, name = 'safetensors file'): SafetensorsFile {
  requireLittleEndian();
  const header = readHeader(bytes, name);
  const dataStart = header.end;
  const ranges: TensorRange[] = [];
  let metadata: Record<string, string> = {};
  for (const [key, value] of Object.entries(header.json)) {
    if (key === '__metadata__') metadata = readMetadata(value, name);
    else ranges.push(readRange(key, value, name));
  }
  // Empty tensors share their start with the next one.
  ranges.sort((a, b) => a.begin - b.begin || a.end - b.end);

  const tensors = new Map<string, FileTensor>();
  let expected = 0;
  for (const range of ranges) {
    const at = dataStart + expected;
    if (range.begin !== expected) {
      const what = range.begin < expected ? 'overlaps the one before it' : 'leaves a gap before it';
      throw new SafetensorsError(
        name,
        at,
        `'${excerpt(range.name)}' begins at data offset ${range.begin} and ${what}; expected ${expected}`,
      );
    }
    if (dataStart + range.end > bytes.length) {
      const has = bytes.length - dataStart;
      throw new SafetensorsError(
        name,
        at,
        `'${excerpt(range.name)}' ends at data offset ${range.end}, but the file has ${has} bytes of data`,
      );
    }
    tensors.set(range.name, readTensor(bytes, dataStart, range));
    expected = range.end;
  }
  if (dataStart + expected !== bytes.length) {
    const extra = bytes.length - dataStart - expected;
    throw new SafetensorsError(name, dataStart + expected, `expected the end of the file, found ${extra} more bytes`);
  }
  return { tensors, metadata };
}

function readHeader(bytes: Uint8Array, file: string): { json: object; end: number } {
  if (bytes.length < lengthBytes) {
    throw new SafetensorsError(file, 0, `expected 8 bytes of header length, the file has ${bytes.length}`);
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset, lengthBytes).getBigUint64(0, true);
  if (length > BigInt(largestHeader)) {
    throw new SafetensorsError(
      file,
      0,
      `header length ${length} is over the limit of ${largestHeader}; is this a safetensors file?`,
    );
  }
  const end = lengthBytes + Number(length);
  if (end > bytes.length) {
    throw new SafetensorsError(
      file,
      0,
      `header should end at byte ${end}, the file has ${bytes.length}: it is cut off`,
    );
  }
  if (bytes[lengthBytes] !== 0x7b) {
    throw new SafetensorsError(file, lengthBytes, "expected the header to begin with '{'");
  }
  let json: unknown;
  try {
    json = parseJson(decodeUtf8(copyOf(bytes, lengthBytes, end)));
  } catch (cause) {
    throw new SafetensorsError(file, lengthBytes, `header is not JSON (${(cause as Error).message})`);
  }
  return { json: json as object, end };
}

function readMetadata(value: unknown, file: string): Record<string, string> {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isRecord || Object.values(value).some((text) => typeof text !== 'string')) {
    throw new SafetensorsError(file, lengthBytes, 'expected __metadata__ to map names to strings');
  }
  return value as Record<string, string>;
}

interface TensorRange {
  name: string;
  dtype: TensorType;
  shape: number[];
  /** From the start of the data. */
  begin: number;
  end: number;
}

function readRange(name: string, value: unknown, file: string): TensorRange {
  const fail = (problem: string) => new SafetensorsError(file, lengthBytes, `header of '${excerpt(name)}': ${problem}`);
  if (typeof value !== 'object' || value === null) throw fail(`expected an object, got ${excerptOf(value)}`);
  const { dtype, shape, data_offsets: offsets } = value as Record<string, unknown>;
  if (typeof dtype !== 'string' || !Object.hasOwn(arrays, dtype)) {
    throw fail(`dtype ${excerptOf(dtype)} is not supported; expected one of ${Object.keys(arrays).join(', ')}`);
  }
  const isSize = (size: unknown): size is number =>
    Number.isSafeInteger(size) && (size as number) >= 0 && !Object.is(size, -0);
  if (!Array.isArray(shape) || !shape.every(isSize)) {
    throw fail(`expected shape to be a list of sizes, got ${excerptOf(shape)}`);
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize)) {
    throw fail(`expected data_offsets to be [begin, end], got ${excerptOf(offsets)}`);
  }
  const [begin, end] = offsets as [number, number];
  const bytes = countOf(shape) * arrays[dtype as TensorType].BYTES_PER_ELEMENT;
  if (end - begin !== bytes) {
    throw fail(
      `shape ${excerptOf(shape)} of ${dtype} takes ${bytes} bytes, data_offsets [${begin}, ${end}] hold ${end - begin}`,
    );
  }
  return { name, dtype: dtype as TensorType, shape, begin, end };
}

function readTensor(bytes: Uint8Array, dataStart: number, { dtype, shape, begin, end }: TensorRange): FileTensor {
  return {
    dtype,
    shape,
    data: new arrays[dtype](copyOf(bytes, dataStart + begin, dataStart + end).buffer),
  } as FileTensor;
}

/** Begins at an offset that every element type accepts, and is never shared; `slice` of Node's Buffer would be a view. */
function copyOf(bytes: Uint8Array, begin: number, end: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(end - begin);
  copy.set(bytes.subarray(begin, end));
  return copy;
}
