/** What NumPy wrote (test/golden/make_arrays.py) reads as NumPy reads it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { asFloat64, type NpyArray, parseNpy } from './npy.js';
import { readNpz, readNpzFile } from './npz.js';

const golden = join(import.meta.dirname, '../../../../test/golden/arrays');
const expected: Record<string, { shape: number[]; values: (number | string)[] }> = JSON.parse(
  readFileSync(join(golden, 'arrays.json'), 'utf8'),
);
const fromFile = (name: string) => readFileSync(join(golden, name));

test.each(['stored.npz', 'deflated.npz'])('%s: every type, order of bytes and order of axes', async (name) => {
  const arrays = await readNpz(fromFile(name), name);
  expect([...arrays.keys()]).toEqual(Object.keys(expected));
  for (const [key, { shape, dtype, data }] of arrays) {
    const values = Array.from(data as Iterable<number | bigint>, (x) =>
      Number.isFinite(Number(x)) ? Number(x) : String(x).slice(0, 4),
    );
    const wanted = expected[key]?.values.map((x) => (typeof x === 'string' ? { inf: 'Infi', '-inf': '-Inf' }[x] : x));
    expect({ key, shape, values }).toEqual({ key, shape: expected[key]?.shape, values: wanted });
    if (!/_|columns|halves|scalar|empty|beyond/.test(key)) expect(dtype).toBe(key);
  }
  expect(Object.is((arrays.get('halves') as NpyArray).data[1], -0)).toBe(true);
});

test('reads what is asked for, from the disk, and refuses more than is allowed', async () => {
  const file = join(golden, 'deflated.npz');
  expect([...(await readNpzFile(file, { only: ['int32', 'none'] })).keys()]).toEqual(['int32']);
  await expect(readNpzFile(file, { mostBytes: 1000 })).rejects.toThrow(
    "deflated.npz: expected arrays of at most 1000 bytes in all, found more: 'int32' has 176",
  );
  await expect(readNpzFile(join(golden, 'none.npz'))).rejects.toThrow(
    'expected a sound zip archive, found no such file',
  );
});

test('numbers at an odd address of a Buffer, and turned ones, leave its bytes as they are', async () => {
  const arrays = await readNpz(fromFile('stored.npz'), 'stored.npz');
  for (const [name, dtype] of [
    ['big_endian_int16', '>i2'],
    ['int32', '<i4'],
  ] as const) {
    const { data } = arrays.get(name) as NpyArray;
    const header = Buffer.from(`{'descr': '${dtype}', 'fortran_order': False, 'shape': (12,), }`);
    const numbers = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const stored = dtype === '>i2' ? Buffer.from(numbers).swap16() : numbers;
    const start = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length, 0]);
    const file = Buffer.concat([Buffer.alloc(1 + (header.length % 2)), start, header, stored]).subarray(
      1 + (header.length % 2),
    );
    const before = Buffer.from(file);
    expect([...parseNpy(file, name).data]).toEqual([...data]);
    expect(file.equals(before)).toBe(true);
  }
});

test('versions 2 and 3 of the format', () => {
  for (const name of ['version2.npy', 'version3.npy']) {
    expect([...parseNpy(fromFile(name), name).data]).toEqual([0, 1, 2, 3, 4]);
  }
});

test('objects and records are refused, and nothing in them runs', () => {
  expect(() => parseNpy(fromFile('objects.npy'), 'objects.npy')).toThrow(
    'expected numbers, found Python objects, whose reading could run code',
  );
  expect(() => parseNpy(fromFile('records.npy'), 'records.npy')).toThrow('found records of several fields');
});

test('64-bit whole numbers become floats where that is exact', async () => {
  const arrays = await readNpz(fromFile('stored.npz'), 'stored.npz');
  const float = (name: string) => asFloat64(arrays.get(name) as NpyArray, 'stored.npz', name);
  expect([...float('beyond')]).toEqual([2 ** 53 - 1, 1 - 2 ** 53]);
  expect([...float('int16')].slice(0, 2)).toEqual([-66, -55]);
  expect(() => float('too_far')).toThrow('stored.npz: expected too_far[1] to be a whole number below 2^53');
});

test.each<[string, (file: Buffer) => Buffer, string]>([
  [
    'cut off in the numbers',
    (file) => file.subarray(0, 140),
    'byte 140: expected 24 numbers of 1 bytes (152 bytes in all)',
  ],
  ['too long', (file) => Buffer.concat([file, Buffer.from('x')]), 'byte 152: expected 24 numbers'],
  ['cut off in the header', (file) => file.subarray(0, 40), 'byte 40: expected a header of 118 bytes'],
  ['of another kind', () => Buffer.from('hello there'), 'byte 0: expected an array of NumPy'],
  ['of a later version', (file) => file.fill(9, 6, 7), 'byte 6: expected version 1, 2 or 3 of the format, found 9'],
  ['of a shape below nothing', (file) => replaced(file, '(2, 4, 3)', '(2,-4, 3)'), "expected a header with 'descr'"],
  [
    'of a shape beyond memory',
    (file) => replaced(file, '(2, 4, 3), }  ', '(9007199254740991, 4)}'),
    'fits into memory',
  ],
  ['of a type unknown', (file) => replaced(file, '|u1', '<c8'), 'found "<c8"'],
  ['of a header that runs', (file) => replaced(file, '(2, 4, 3)', 'exit()   '), "expected a header with 'descr'"],
])('an array %s is refused', (_, change, message) => {
  expect(() => parseNpy(change(Buffer.from(fromFile('image.npy'))), 'image.npy')).toThrow(message);
});

function replaced(file: Buffer, old: string, by: string): Buffer {
  const at = file.indexOf(old);
  expect(at).toBeGreaterThan(0);
  file.write(by, at, 'latin1');
  return file;
}

/** A zip archive of one member, whose headers say what they are told to. */
function zipOf(
  name: string,
  body: Buffer,
  claims: { size?: number; packedSize?: number; sum?: number; mode?: number; flags?: number } = {},
) {
  const packed = deflateRawSync(body);
  const { size = body.length, packedSize = packed.length, sum = crc32(body), mode = 0o100644, flags = 0 } = claims;
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(flags, 2);
  common.writeUInt16LE(8, 4);
  common.writeUInt32LE(sum, 10);
  common.writeUInt32LE(packedSize, 14);
  common.writeUInt32LE(size, 18);
  common.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed]);
  const rest = Buffer.alloc(14);
  rest.writeUInt16LE(mode, 8);
  const directory = Buffer.concat([Buffer.from('PK\x01\x02\x14\x03'), common, rest, Buffer.from(name)]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, directory, Buffer.from('PK\x05\x06'), end]);
}

test.each<[string, Buffer, string]>([
  ['that is no zip', Buffer.from('x'.repeat(100)), 'x.npz: expected a sound zip archive, found '],
  ['with another checksum', zipOf('a.npy', fromFile('image.npy'), { sum: 1 }), "'a.npy' has another checksum"],
  ['that claims too little', zipOf('a.npy', fromFile('image.npy'), { size: 100 }), "in 'a.npy': "],
  ['that claims too much', zipOf('a.npy', fromFile('image.npy'), { size: 160 }), "in 'a.npy': "],
  ['that claims the impossible', zipOf('a.npy', Buffer.alloc(99), { size: 4e9 }), 'claims 4000000000 bytes of'],
  ['that claims more than itself', zipOf('a.npy', Buffer.alloc(99), { size: 4e9, packedSize: 5e6 }), 'packed bytes of'],
  ['of a link', zipOf('a.npy', Buffer.from('/etc/passwd'), { mode: 0o120777 }), "'a.npy' is a link"],
  ['that is encrypted', zipOf('a.npy', fromFile('image.npy'), { flags: 1 }), "'a.npy' is encrypted"],
  ['that leads out', zipOf('../a.npy', fromFile('image.npy')), '../a.npy'],
])('an archive %s is refused', async (_, bytes, message) => {
  await expect(readNpz(bytes, 'x.npz')).rejects.toThrow(message);
});

test('a bomb is refused by what it claims, before its memory is taken', async () => {
  const bomb = zipOf('a.npy', Buffer.alloc(20_000_000));
  expect(bomb.length).toBeLessThan(20_000);
  await expect(readNpz(bomb, 'x.npz', { mostBytes: 1e6 })).rejects.toThrow("'a' has 20000000");
  expect((await readNpz(zipOf('a.npy', fromFile('image.npy')), 'x.npz')).get('a')?.shape).toEqual([2, 4, 3]);
});
