// Image files: JPEG, PNG and WebP.
import { crc32, deflateSync } from 'node:zlib';
import { must, readOrRefuse } from '../expectations.mjs';

export const instruments = [
  'datasets/images/decode/decode.js',
  'datasets/images/decode/jpeg.js',
  'datasets/images/decode/jpegHeader.js',
  'datasets/images/decode/libjpeg.js',
  'datasets/images/decode/png.js',
  'datasets/images/decode/pngChunks.js',
  'datasets/images/decode/pngRows.js',
  'datasets/images/decode/usualJpeg.js',
  'datasets/images/decode/webp.js',
  'datasets/images/decode/pixels.js',
];

/** A sane image of more takes more than a target may. */
const mostPixels = 100_000;

export async function target() {
  const { decodeImage } = await import('../../../packages/datasets/dist/images/decode/decode.js');
  const { decodeByLibjpeg } = await import('../../../packages/datasets/dist/images/decode/libjpeg.js');
  const { readJpegHeader } = await import('../../../packages/datasets/dist/images/decode/jpegHeader.js');
  const { DatasetError } = await import('../../../packages/datasets/dist/error.js');
  const file = 'some/image';
  return {
    mostBytes: 4096,
    words: ['IHDR', 'PLTE', 'IDAT', 'IEND', 'VP8 ', 'VP8L', 'VP8X', 'JFIF', 'Adobe'],
    run(bytes) {
      for (const input of [bytes, packed(bytes)]) {
        const image = input && readOrRefuse(() => decodeImage(input, file, mostPixels), [DatasetError], file);
        if (!image) continue;
        const { pixels, frames, height, width, channels } = image;
        must(frames === 1 && channels === 3, 'one frame of red, green and blue');
        must(height > 0 && width > 0 && height * width <= mostPixels, 'sizes within the limit');
        must(pixels.length === 3 * height * width, 'a byte for each value');
        if (input[0] !== 0xff) continue;
        const theirs = decodeByLibjpeg(input, file, readJpegHeader(input, file));
        must(Buffer.compare(pixels, theirs) === 0, "libjpeg-turbo's pixels");
      }
    },
  };
}

/** A PNG image with right checksums and its data packed, which chance would hardly keep; of anything else, nothing. */
function packed(bytes) {
  if (bytes[0] !== 0x89) return undefined;
  const parts = [bytes.subarray(0, 8)];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    if (at + 12 + length > bytes.length) break;
    const kind = bytes.subarray(at + 4, at + 8);
    const body = bytes.subarray(at + 8, at + 8 + length);
    parts.push(chunk(kind, kind.equals(data) ? deflateSync(body, { level: 1 }) : body));
    at += 12 + length;
  }
  return Buffer.concat(parts);
}

const data = Buffer.from('IDAT');

function chunk(kind, body) {
  const made = Buffer.concat([Buffer.alloc(4), kind, body, Buffer.alloc(4)]);
  made.writeUInt32BE(body.length, 0);
  made.writeUInt32BE(crc32(made.subarray(4, -4)), made.length - 4);
  return made;
}
