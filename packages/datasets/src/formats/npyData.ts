/** The numbers of a .npy file as typed arrays, row by row, in the order of bytes of this machine. */

/** By NumPy's names; 'bool' is bytes of 0 and 1, 'float16' is read as 32 bits. */
export type NpyType =
  | 'bool'
  | 'uint8'
  | 'int8'
  | 'uint16'
  | 'int16'
  | 'uint32'
  | 'int32'
  | 'uint64'
  | 'int64'
  | 'float16'
  | 'float32'
  | 'float64';

export type NpyData =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

export interface NpyArray {
  /** Empty for a single number. */
  shape: readonly number[];
  /** As the file has it. */
  dtype: NpyType;
  /** Row by row, whatever the file's order: the product of the shape, in numbers. */
  data: NpyData;
}

/** What stands before the numbers. */
export interface NpyHeader {
  shape: readonly number[];
  dtype: NpyType;
  /** Of one number. */
  bytesEach: number;
  bigEndian: boolean;
  /** Column by column. */
  fortranOrder: boolean;
  /** Where the numbers begin, in bytes. */
  start: number;
  /** Numbers in all. */
  length: number;
}

/** Of what JavaScript runs on, every machine is little-endian that the WebAssembly here runs on without turning bytes. */
export function numbersOf(bytes: Uint8Array, header: Pick<NpyHeader, 'dtype' | 'bytesEach' | 'bigEndian'>): NpyData {
  const { dtype, bytesEach, bigEndian } = header;
  const isAligned = bytes.byteOffset % bytesEach === 0;
  // A copy in any case: of a Buffer, `slice` gives the same bytes.
  const own = isAligned && !bigEndian ? bytes : new Uint8Array(bytes);
  if (bigEndian) turn(own, bytesEach);
  const { buffer, byteOffset } = own;
  const length = own.length / bytesEach;
  switch (dtype) {
    case 'bool':
      return own.map((byte) => (byte === 0 ? 0 : 1));
    case 'uint8':
      return own;
    case 'int8':
      return new Int8Array(buffer, byteOffset, length);
    case 'uint16':
      return new Uint16Array(buffer, byteOffset, length);
    case 'int16':
      return new Int16Array(buffer, byteOffset, length);
    case 'uint32':
      return new Uint32Array(buffer, byteOffset, length);
    case 'int32':
      return new Int32Array(buffer, byteOffset, length);
    case 'uint64':
      return new BigUint64Array(buffer, byteOffset, length);
    case 'int64':
      return new BigInt64Array(buffer, byteOffset, length);
    case 'float16':
      return Float32Array.from(new Uint16Array(buffer, byteOffset, length), fromHalf);
    case 'float32':
      return new Float32Array(buffer, byteOffset, length);
    case 'float64':
      return new Float64Array(buffer, byteOffset, length);
  }
}

function turn(bytes: Uint8Array, bytesEach: number): void {
  for (let at = 0; at < bytes.length; at += bytesEach) bytes.subarray(at, at + bytesEach).reverse();
}

/** Of one number, to be read in its other form. */
const bits32 = new Uint32Array(1);
const float32 = new Float32Array(bits32.buffer);

/** IEEE 754 binary16: 1 sign bit, 5 of the exponent, 10 of the fraction. Each value is exact in 32 bits. */
function fromHalf(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  // Below the smallest exponent the fraction counts in units of 1 / 2^24.
  if (exponent === 0) return ((bits & 0x8000 ? -1 : 1) * fraction) / 16777216;
  // The largest exponent, of infinity and of no number, stays the largest; the others count from 127 instead of 15.
  const wider = exponent === 31 ? 255 : exponent + 112;
  bits32[0] = ((bits & 0x8000) << 16) | (wider << 23) | (fraction << 13);
  return float32[0] as number;
}

/** Of columns, the first index running fastest, makes rows, the last one running fastest. */
export function fromFortranOrder(data: NpyData, shape: readonly number[]): NpyData {
  if (shape.length < 2) return data;
  const made = data.slice() as NpyData;
  const strides = new Array<number>(shape.length);
  shape.reduce((stride, size, axis) => {
    strides[axis] = stride;
    return stride * size;
  }, 1);
  const index = new Array<number>(shape.length).fill(0);
  let from = 0;
  for (let to = 0; to < made.length; to++) {
    made[to] = data[from] as never;
    // The next index, as an odometer counts.
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis] as number;
      index[axis] = (index[axis] as number) + 1;
      if ((index[axis] as number) < (shape[axis] as number)) break;
      from -= (strides[axis] as number) * (shape[axis] as number);
      index[axis] = 0;
    }
  }
  return made;
}
