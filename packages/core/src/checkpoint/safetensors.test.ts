import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { array, assert, dictionary, nat, property, string, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors, type FileTensor, SafetensorsError } from './safetensors.js';

const small = (): Map<string, FileTensor> =>
  new Map<string, FileTensor>([
    ['bytes', { dtype: 'U8', shape: [3], data: Uint8Array.of(1, 2, 255) }],
    ['a.weight', { dtype: 'F32', shape: [1, 2], data: Float32Array.of(1.5, -0) }],
    ['none', { dtype: 'F32', shape: [0, 4], data: new Float32Array(0) }],
    ['scalar', { dtype: 'I32', shape: [], data: Int32Array.of(-1) }],
  ]);

/** A file with any header text over `data` bytes. */
function raw(header: string, data = 0): Uint8Array {
  const json = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + json.length + data);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

const entry = (begin: number, end: number) =>
  `{"dtype":"U8","shape":[${end - begin}],"data_offsets":[${begin},${end}]}`;

describe('safetensors', () => {
  it('reads back what it wrote, in order, at any alignment', () => {
    const file = { tensors: small(), metadata: { format: 'pt', note: 'schön' } };
    const bytes = encodeSafetensors(file);
    expect(Number(new DataView(bytes.buffer).getBigUint64(0, true)) % 8).toBe(0);
    expect(decodeSafetensors(bytes)).toEqual(file);
    expect([...decodeSafetensors(bytes).tensors.keys()]).toEqual(['bytes', 'a.weight', 'none', 'scalar']);
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    expect(decodeSafetensors(shifted.subarray(1))).toEqual(file);
  });

  it('reads a file of the Python package', () => {
    const path = join(import.meta.dirname, '../../../../test/golden/safetensors-python.safetensors');
    const { tensors, metadata } = decodeSafetensors(readFileSync(path));
    expect(metadata).toEqual({ format: 'pt', note: 'schön' });
    expect(Object.fromEntries(tensors)).toEqual({
      'b.bias': { dtype: 'F32', shape: [4], data: Float32Array.of(1.5, -2.25, 0, 0.125) },
      labels: { dtype: 'U8', shape: [1, 3], data: Uint8Array.of(1, 2, 255) },
      'a.weight': { dtype: 'F32', shape: [2, 3, 2], data: Float32Array.from({ length: 12 }, (_, i) => i / 8) },
      steps: { dtype: 'I64', shape: [], data: BigInt64Array.of(-7n) },
      signed: { dtype: 'I32', shape: [2], data: Int32Array.of(-1, 2147483647) },
      unsigned: { dtype: 'U32', shape: [1], data: Uint32Array.of(4294967295) },
      empty: { dtype: 'F32', shape: [0, 3], data: new Float32Array(0) },
      double: { dtype: 'F64', shape: [1], data: Float64Array.of(0.1) },
    });
  });

  it('refuses every shorter file, and a longer one', () => {
    const bytes = encodeSafetensors({ tensors: small(), metadata: {} });
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeSafetensors(bytes.subarray(0, length))).toThrow(SafetensorsError);
    }
    const longer = new Uint8Array(bytes.length + 2);
    longer.set(bytes);
    expect(() => decodeSafetensors(longer, 'run.safetensors')).toThrow(
      `run.safetensors, byte ${bytes.length}: expected the end of the file, found 2 more bytes`,
    );
  });

  it.each<[string, Uint8Array, string]>([
    ['a huge header', Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1), 'over the limit of 100000000'],
    [
      'a header beyond the file',
      Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0, 0x7b),
      'header should end at byte 17, the file has 9',
    ],
    ['no object', raw('[]'), "byte 8: expected the header to begin with '{'"],
    ['broken JSON', raw('{"a":'), 'byte 8: header is not JSON'],
    ['bytes that are not UTF-8', raw('{"__metadata__":{"a":"x"}}').fill(0xff, 30, 31), 'header is not JSON'],
    ['metadata that is no text', raw('{"__metadata__":{"epoch":3}}'), 'expected __metadata__ to map names to strings'],
    [
      'an unknown type',
      raw('{"w":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]}}', 2),
      'dtype "BF16" is not supported',
    ],
    ['a negative size', raw('{"w":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}', 1), 'list of sizes, got [-1]'],
    ['a missing offset', raw('{"w":{"dtype":"U8","shape":[1],"data_offsets":[0]}}', 1), '[begin, end], got [0]'],
    [
      'a shape of another size',
      raw('{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}', 4),
      'takes 8 bytes, data_offsets [0, 4] hold 4',
    ],
    [
      'a gap',
      raw(`{"a":${entry(0, 2)},"b":${entry(3, 4)}}`, 4),
      "'b' begins at data offset 3 and leaves a gap before it; expected 2",
    ],
    [
      'an overlap',
      raw(`{"a":${entry(0, 2)},"b":${entry(1, 4)}}`, 4),
      "'b' begins at data offset 1 and overlaps the one before it; expected 2",
    ],
    ['a tensor twice', raw(`{"a":${entry(0, 0)},"a":${entry(0, 1)}}`, 1), "the key 'a' stands there twice"],
    ['a size of -0', raw('{"w":{"dtype":"U8","shape":[-0],"data_offsets":[0,0]}}'), 'list of sizes'],
    ['sizes near 2^53', raw('{"w":{"dtype":"U8","shape":[9007199254740991,9],"data_offsets":[0,1]}}', 1), 'hold 1'],
    ['a size that is infinite', raw('{"w":{"dtype":"U8","shape":[1e400],"data_offsets":[0,1]}}', 1), 'list of sizes'],
    ['offsets that go back', raw('{"w":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}}', 1), '[1, 0] hold -1'],
    ['a byte order mark', raw('\ufeff{}'), "byte 8: expected the header to begin with '{'"],
    ['a control character', raw('{"\u001b[2J":1}'), 'header is not JSON'],
    ['a name like a terminal command', raw('{"\\u001b[2J":1}'), "header of '\\u{1b}[2J': expected an object, got 1"],
    ['a long name', raw(`{"${'x'.repeat(1e6)}":1}`), "x... (1000000 characters)': expected an object"],
    ['a deep list', raw(`{"w":${'['.repeat(1e5)}${']'.repeat(1e5)}}`), "header of 'w': dtype undefined"],
    ['data cut off', raw(`{"a":${entry(0, 4)}}`, 3), "'a' ends at data offset 4, but the file has 3 bytes of data"],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes)).toThrow(message);
    expect(() => decodeSafetensors(bytes)).toThrow(SafetensorsError);
  });

  it('reads empty tensors of any other extents, and names that objects inherit', () => {
    const shape = [2 ** 52, 2 ** 52, 0, ...new Array<number>(20).fill(2 ** 52)];
    const text = JSON.stringify({ dtype: 'F64', shape, data_offsets: [0, 0] });
    const { tensors } = decodeSafetensors(raw(`{"__proto__":${text},"constructor":${text}}`));
    expect([...tensors.keys()]).toEqual(['__proto__', 'constructor']);
    expect(decodeSafetensors(encodeSafetensors({ tensors, metadata: {} })).tensors).toEqual(tensors);
  });

  it('reads back whatever fits its shape', () => {
    const tensor = tuple(array(nat(4), { maxLength: 3 }), nat()).map(([shape, first]): FileTensor => {
      const count = shape.reduce((product, extent) => product * extent, 1);
      return { dtype: 'F32', shape, data: Float32Array.from({ length: count }, (_, i) => first / (i + 1)) };
    });
    const name = string({ unit: 'binary' }).filter((text) => text !== '__metadata__');
    const tensors = array(tuple(name, tensor)).map((entries) => new Map(entries));
    assert(
      property(tensors, dictionary(string({ unit: 'binary' }), string({ unit: 'binary' })), (tensors, metadata) => {
        expect(decodeSafetensors(encodeSafetensors({ tensors, metadata }))).toEqual({
          tensors,
          metadata: { ...metadata },
        });
      }),
      { numRuns: 50 },
    );
  });

  it('refuses to write values that do not fit their shape', () => {
    const tensors = new Map<string, FileTensor>([['w', { dtype: 'F32', shape: [3], data: new Float32Array(2) }]]);
    expect(() => encodeSafetensors({ tensors, metadata: {} })).toThrow('w: shape [3] of F32 does not fit its 2 values');
  });
});
