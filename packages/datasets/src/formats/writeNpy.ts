/** Writes NumPy's .npy files. */

export interface ArrayToWrite {
  /** The product of it: how many numbers there are. */
  shape: readonly number[];
  data: Uint8Array | Uint16Array | Int16Array | Int32Array | BigInt64Array | Float32Array | Float64Array;
}

function typeOf(data: ArrayToWrite['data']): string {
  if (data instanceof Uint8Array) return '|u1';
  if (data instanceof Uint16Array) return '<u2';
  if (data instanceof Int16Array) return '<i2';
  if (data instanceof Int32Array) return '<i4';
  if (data instanceof BigInt64Array) return '<i8';
  return data instanceof Float32Array ? '<f4' : '<f8';
}

/** A .npy file of version 1. */
export function writeNpy({ shape, data }: ArrayToWrite): Uint8Array {
  const sizes = shape.map((size) => `${size},`).join(' ');
  const text = `{'descr': '${typeOf(data)}', 'fortran_order': False, 'shape': (${sizes}), }`;
  // Magic, version, length, text and a line's end fill a multiple of 64 bytes.
  const start = Math.ceil((10 + text.length + 1) / 64) * 64;
  const file = new Uint8Array(start + data.byteLength);
  file.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  new DataView(file.buffer).setUint16(8, start - 10, true);
  file.set(new TextEncoder().encode(`${text.padEnd(start - 11)}\n`), 10);
  file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start);
  return file;
}
