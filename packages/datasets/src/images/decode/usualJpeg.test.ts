/** The two decoders of JPEG against each other: what the quick one reads are libjpeg-turbo's bits, and all else it leaves. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readJpegHeader } from './jpegHeader.js';
import { decodeByLibjpeg } from './libjpeg.js';
import { decodeUsualJpeg } from './usualJpeg.js';

const repository = join(import.meta.dirname, '../../../../..');
const folder = join(repository, 'test/golden/images');
const read = (name: string) => new Uint8Array(readFileSync(join(folder, name)));
const usual = ['420.jpg', '422.jpg', '444.jpg', 'grey.jpg', 'restarts.jpg', 'turned.jpg'];

/** Whether the quick decoder reads it. @throws where libjpeg-turbo refuses that, or reads other pixels */
function isReadAlike(bytes: Uint8Array, what: string): boolean {
  const header = readJpegHeader(bytes, what);
  const pixels = decodeUsualJpeg(bytes, header);
  if (pixels === null) return false;
  const theirs = decodeByLibjpeg(bytes, what, header);
  if (Buffer.compare(pixels, theirs) !== 0) expect.fail(`${what}: other pixels than libjpeg-turbo's`);
  return true;
}

/** The same image with some bytes in place of others. */
function patched(bytes: Uint8Array, at: number, ...others: number[]): Uint8Array {
  const made = bytes.slice();
  made.set(others, at);
  return made;
}

const positionOf = (bytes: Uint8Array, text: string) => Buffer.from(bytes).indexOf(text, 0, 'latin1');

describe('JPEG images of the usual form', () => {
  it('which those are', () => {
    // Named so, but PNG.
    const names = readdirSync(folder).filter((name) => name.endsWith('.jpg') && name !== 'png-named.jpg');
    expect(names.filter((name) => isReadAlike(read(name), name)).sort()).toEqual(usual);
  });

  it.each(['420.jpg', '422.jpg', '444.jpg', 'grey.jpg'])('%s of every size that its blocks have room for', (name) => {
    const bytes = read(name);
    const frame = positionOf(bytes, '\xff\xc0');
    const block = bytes[frame + 9] === 3 && name !== '444.jpg' ? 16 : 8;
    const least = (size: number) => Math.ceil(size / block) * block - block + 1;
    const tall = name === '420.jpg' ? 16 : 8;
    for (let width = least(45); width < least(45) + block; width++) {
      const height = 32 - (width % tall);
      const image = patched(bytes, frame + 5, 0, height, 0, width);
      expect([width, height, isReadAlike(image, `${name}, ${width} x ${height}`)]).toEqual([width, height, true]);
    }
  });

  it.each(['420.jpg', '422.jpg', 'grey.jpg', 'restarts.jpg'])(
    '%s with any byte changed: the same pixels, or left to libjpeg-turbo',
    (name) => {
      const bytes = read(name);
      const { offset } = readJpegHeader(bytes, name);
      let alike = 0;
      for (let at = 2; at < bytes.length; at++) {
        // Sizes apart: they are what most memory goes by.
        if (at >= offset && at < offset + 9) continue;
        const other = (bytes[at] as number) ^ (1 << (at % 8));
        try {
          if (isReadAlike(patched(bytes, at, other), `${name} with ${other} at ${at}`)) alike++;
        } catch (error) {
          // Of the header, which is read before.
          if (!/^some|expected/.test((error as Error).message)) throw error;
        }
      }
      expect(alike).toBeGreaterThan(bytes.length / 4);
    },
  );

  it('values far outside a byte', () => {
    for (const name of ['420.jpg', '444.jpg', 'grey.jpg']) {
      const bytes = read(name);
      const quanta = positionOf(bytes, '\xff\xdb') + 5;
      // That of the mean, so that it goes up to where libjpeg folds what is over ten bits, and on.
      const readings = Array.from({ length: 255 }, (_, quantum) =>
        isReadAlike(patched(bytes, quanta, quantum + 1), `${name}, quantum ${quantum + 1}`),
      );
      expect(readings.filter(Boolean).length).toBeGreaterThan(20);
    }
  });

  const samples = join(process.env.KESTIRME_TEST_DATA ?? join(repository, '../shared/data'), 'imagenet-sample');
  it.skipIf(!existsSync(samples))('all of ImageNet', () => {
    const names = readdirSync(samples, { recursive: true, encoding: 'utf8' }).filter((name) => /\.jpe?g$/i.test(name));
    expect(names.length).toBe(40);
    for (const name of names) {
      expect([name, isReadAlike(new Uint8Array(readFileSync(join(samples, name))), name)]).toEqual([name, true]);
    }
  });
});
