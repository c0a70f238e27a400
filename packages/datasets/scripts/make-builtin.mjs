#!/usr/bin/env node
// Makes the data set that comes with the package: from the four idx files of MNIST in DIR (gzipped) the first 600
// training and 100 test images of each digit, in the order of the originals, as idx files of the same names in data/.
//   pnpm build && node packages/datasets/scripts/make-builtin.mjs DIR
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { readIdxImages, readIdxLabels } from '../dist/formats/idx.js';
import { balancedPositions } from '../dist/sets/limit.js';

const side = 28;
const classes = 10;
const [source] = process.argv.slice(2);
if (source === undefined) {
  console.error('usage: node make-builtin.mjs DIR (with the four idx files of MNIST)');
  process.exit(2);
}
const target = fileURLToPath(new URL('../data/', import.meta.url));

function header(magic, ...sizes) {
  const bytes = Buffer.alloc(4 + 4 * sizes.length);
  [magic, ...sizes].forEach((word, i) => {
    bytes.writeUInt32BE(word, 4 * i);
  });
  return bytes;
}

function write(name, bytes) {
  const packed = gzipSync(bytes, { level: 9, memLevel: 9 });
  packed[9] = 255; // operating system "unknown": the same bytes wherever the script runs
  writeFileSync(join(target, `${name}.gz`), packed);
  console.log(`${name}.gz: ${packed.length} bytes`);
}

for (const [part, perClass] of [
  ['train', 600],
  ['t10k', 100],
]) {
  const { count, pixels } = await readIdxImages(join(source, `${part}-images-idx3-ubyte.gz`), side, side);
  const labels = await readIdxLabels(join(source, `${part}-labels-idx1-ubyte.gz`), count, classes);
  const positions = balancedPositions(labels, classes, perClass * classes);
  const images = positions.map((i) => pixels.subarray(i * side * side, (i + 1) * side * side));
  write(`${part}-images-idx3-ubyte`, Buffer.concat([header(0x803, positions.length, side, side), ...images]));
  write(
    `${part}-labels-idx1-ubyte`,
    Buffer.concat([header(0x801, positions.length), Buffer.from(positions.map((i) => labels[i]))]),
  );
}
