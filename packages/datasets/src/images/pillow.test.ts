/** Against Pillow, pixel for pixel: `test/golden/make_images.py` made the images and noted what it reads in them. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Sample } from '../samples/sample.js';
import { centreBox, crop, shorterSideTo } from './crop.js';
import { decodeImage } from './decode/decode.js';
import type { Filter } from './filters.js';
import { resize, resizePart } from './resize.js';

interface Known {
  decoded: { file: string; mode: string; size: [number, number]; sha256: string }[];
  resized: {
    image: 'rgb' | 'grey' | 'floats';
    filter: Filter;
    width: number;
    height: number;
    box: [number, number, number, number] | null;
    sha256: string;
  }[];
  samples: (Known['decoded'][number] & { shorter256: string; centre224: string })[];
}

const repository = join(import.meta.dirname, '../../../..');
const folder = join(repository, 'test/golden/images');
const known = JSON.parse(readFileSync(join(folder, 'known.json'), 'utf8')) as Known;

const read = (path: string) => decodeImage(readFileSync(path), path);
const digest = ({ pixels }: Sample) => createHash('sha256').update(pixels).digest('hex');

describe('images as Pillow reads them', () => {
  it.each(known.decoded)('$file, of mode $mode', ({ file, size, sha256 }) => {
    const image = read(join(folder, file));
    expect([image.width, image.height, image.channels, image.frames]).toEqual([...size, 3, 1]);
    // Where a code is damaged, releases of libjpeg differ in what they make of the rest.
    if (file !== 'damaged.jpg') expect(digest(image)).toBe(sha256);
  });
});

describe('images as Pillow resizes them', () => {
  const rgb = read(join(folder, 'rgb.png'));
  // Pillow's own rule for grey.
  const luma = (i: number) => (v(i) * 19595 + v(i + 1) * 38470 + v(i + 2) * 7471 + 0x8000) >> 16;
  const v = (i: number) => rgb.pixels[i] as number;
  const grey: Sample = {
    ...rgb,
    channels: 1,
    pixels: Uint8Array.from({ length: rgb.width * rgb.height }, (_, i) => luma(3 * i)),
  };
  const floats: Sample = { ...grey, pixels: Float32Array.from(grey.pixels, (x) => Math.fround(x / 7) - 3) };
  const images = { rgb, grey, floats };

  it.each(known.resized)('$image to $width x $height, $filter, box $box', (one) => {
    const { filter, width, height } = one;
    const [left = 0, top = 0, right = 0, bottom = 0] = one.box ?? [];
    const box = one.box === null ? {} : { box: { left, top, right, bottom } };
    const made = resize(images[one.image], { width, height, filter, ...box });
    expect([made.width, made.height]).toEqual([width, height]);
    expect(digest(made)).toBe(one.sha256);
  });

  it('a window is what cutting it out afterwards gives, of every frame', () => {
    const frames: Sample = { ...rgb, frames: 2, pixels: Uint8Array.from([...rgb.pixels, ...rgb.pixels].reverse()) };
    for (const filter of ['nearest', 'bilinear', 'bicubic'] as const) {
      const window = { left: 3, top: 2, right: 17, bottom: 20 };
      const whole = resize(frames, { width: 20, height: 22, filter });
      expect(resize(frames, { width: 20, height: 22, filter, window })).toEqual(crop(whole, window));
    }
  });
});

describe('a part of an image', () => {
  const rgb = read(join(folder, 'rgb.png'));
  const part = { left: 5, top: 3, right: 36, bottom: 27 };

  it.each([
    [20, 22, 'bilinear'],
    [60, 70, 'bicubic'],
    // What has the size already is not resized.
    [20, 31, 'bilinear'],
    [24, 20, 'bilinear'],
    [9, 9, 'nearest'],
  ] as const)('resized to %i x %i, %s: what cutting it out before gives', (height, width, filter) => {
    const cut = crop(rgb, part);
    expect(resizePart(rgb, part, { height, width, filter })).toEqual(resize(cut, { height, width, filter }));
    const frames = { ...rgb, frames: 2, pixels: Uint8Array.from([...rgb.pixels, ...rgb.pixels].reverse()) };
    const expected = resize(crop(frames, part), { height, width, filter });
    expect(resizePart(frames, part, { height, width, filter })).toEqual(expected);
  });
});

describe('ImageNet', () => {
  const samples = join(process.env.KESTIRME_TEST_DATA ?? join(repository, '../shared/data'), 'imagenet-sample');
  const there = existsSync(samples);
  if (!there) console.warn(`skipped: tests on ImageNet's images, for ${samples} is not there (see KESTIRME_TEST_DATA)`);

  it.skipIf(!there)('40 images, the shorter side to 256, the middle 224 x 224', () => {
    for (const { file, sha256, shorter256, centre224 } of known.samples) {
      const image = read(join(samples, file));
      expect([file, digest(image)]).toEqual([file, sha256]);
      const [height, width] = shorterSideTo(256, image);
      const small = resize(image, { height, width, filter: 'bilinear' });
      expect([file, digest(small)]).toEqual([file, shorter256]);
      const middle = centreBox(small, 224, 224);
      expect([file, digest(crop(small, middle))]).toEqual([file, centre224]);
      const window = resize(image, { height, width, filter: 'bilinear', window: middle });
      expect([file, digest(window)]).toEqual([file, centre224]);
    }
  });
});
