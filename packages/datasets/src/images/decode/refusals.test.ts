import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DatasetError } from '../../error.js';
import { decodeImage } from './decode.js';

const folder = join(import.meta.dirname, '../../../../../test/golden/images');
const read = (name: string) => new Uint8Array(readFileSync(join(folder, name)));

/** What refusing says, which must be a DatasetError that names the file. */
function refusal(bytes: Uint8Array): string {
  try {
    decodeImage(bytes, 'some/image');
  } catch (error) {
    expect(error).toBeInstanceOf(DatasetError);
    expect((error as DatasetError).file).toBe('some/image');
    return (error as Error).message;
  }
  return 'none';
}

/** With bytes put in another place. */
function patched(name: string, at: number, ...bytes: number[]): Uint8Array {
  const made = read(name);
  made.set(bytes, at);
  return made;
}

const positionOf = (bytes: Uint8Array, text: string) => Buffer.from(bytes).indexOf(text, 0, 'latin1');

describe('images that are refused', () => {
  it.each(['420.jpg', 'progressive.jpg', 'rgb.png', 'interlaced.png', 'lossy.webp', 'lossless.webp'])(
    '%s, cut short anywhere',
    (name) => {
      const whole = read(name);
      for (let length = 0; length < whole.length; length += 41) {
        expect([length, refusal(whole.subarray(0, length))]).not.toEqual([length, 'none']);
      }
    },
  );

  it('files of no format, and of those that are not read', () => {
    expect(refusal(new Uint8Array())).toContain('an empty file');
    expect(refusal(Buffer.from('hello world'))).toContain('another beginning, 68 65 6c 6c');
    expect(refusal(Buffer.from('GIF89a'))).toContain('GIF, which is to be converted');
    expect(refusal(Buffer.from('II*\0....'))).toContain('TIFF');
  });

  it('sizes that would fill the memory', () => {
    const jpeg = read('420.jpg');
    const frame = positionOf(jpeg, '\xff\xc0');
    expect(refusal(patched('420.jpg', frame + 5, 0xff, 0xff, 0xff, 0xff))).toContain('65535 x 65535');
    expect(refusal(patched('420.jpg', frame + 5, 0, 0))).toContain('45 x 0');
    const webp = read('lossless.webp');
    webp.set([0xff, 0xff, 0xff, 0x0f], 21);
    expect(refusal(webp)).toContain('16384 x 16384');
    expect(refusal(png({ width: 1 << 20, height: 1 << 20 }, new Uint8Array()))).toContain('1048576 x 1048576');
  });

  it('more or fewer packed pixels than a PNG has', () => {
    expect(refusal(png({ width: 4, height: 4 }, new Uint8Array(20)))).toBe('none');
    expect(refusal(png({ width: 4, height: 4 }, new Uint8Array(19)))).toContain('expected 20 bytes');
    expect(refusal(png({ width: 4, height: 4 }, new Uint8Array(50_000_000)))).toContain('found more');
    expect(refusal(png({ width: 4, height: 4 }, new Uint8Array(20).fill(9)))).toContain('filters from 0 to 4');
  });

  it('a PNG whose checksum does not fit', () => {
    const bytes = read('rgb.png');
    const at = positionOf(bytes, 'IDAT') + 20;
    expect(refusal(patched('rgb.png', at, (bytes[at] as number) ^ 1))).toContain('fits its checksum');
    // The name of a chunk is four bytes of any kind.
    const named = refusal(patched('rgb.png', at - 20, 0x1b, 0x9b, 0xad, 0x7f));
    expect(named).toMatch(/PNG chunk '[\x20-\x7e]*' that fits/);
  });

  it('depths and counts of components that Pillow refuses, too', () => {
    const frame = positionOf(read('444.jpg'), '\xff\xc0');
    expect(refusal(patched('444.jpg', frame + 4, 12))).toContain('8 bits, found one of 12');
    expect(refusal(patched('444.jpg', frame + 9, 2))).toContain('1, 3 or 4 components, found 2');
    expect(refusal(patched('444.jpg', frame + 1, 0xc9))).toContain('cannot be decoded');
  });

  it('what follows a refusal is read as before', () => {
    const before = decodeImage(read('444.jpg'), 'some/image');
    const frame = positionOf(read('444.jpg'), '\xff\xc0');
    refusal(patched('444.jpg', frame + 1, 0xc9));
    expect(decodeImage(read('444.jpg'), 'some/image')).toEqual(before);
  });
});

/** Grey, of 8 bits. */
function png({ width, height }: { width: number; height: number }, rows: Uint8Array): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND')]);
}

function chunk(kind: string, body: Uint8Array = new Uint8Array()): Buffer {
  const made = Buffer.concat([Buffer.alloc(4), Buffer.from(kind, 'latin1'), body, Buffer.alloc(4)]);
  made.writeUInt32BE(body.length, 0);
  made.writeUInt32BE(crc32(made.subarray(4, -4)), made.length - 4);
  return made;
}
