import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { resizeBytes as inTypeScript } from './bytePasses.js';
import { resizeBytes as inWebAssembly } from './bytePassesInNode.js';
import { type Axis, tapsOf } from './filters.js';

/** Bytes without a pattern, ends of the range among them: a filter overshoots at those. */
function noise(length: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const byte = state >>> 24;
    return byte < 60 ? 0 : byte > 200 ? 255 : byte;
  });
}

const axis = (inputs: number, outputs: number): Axis => ({
  input: { size: inputs, low: 0, high: inputs },
  output: { size: outputs, from: 0, to: outputs },
});

const shapes = [
  { height: 1, width: 1 },
  { height: 7, width: 3 },
  { height: 31, width: 45 },
  { height: 300, width: 211 },
];

it.each(['box', 'bilinear', 'bicubic'] as const)('WebAssembly and TypeScript give the same bytes: %s', (filter) => {
  for (const shape of shapes) {
    for (const { height, width } of [...shapes, { height: 224, width: 224 }]) {
      const across = tapsOf(filter, axis(shape.width, width));
      const down = tapsOf(filter, axis(shape.height, height));
      const sizes = { ...shape, frames: 1, channels: 3 };
      const pixels = noise(3 * shape.height * shape.width);
      for (const [a, d] of [[across, down] as const, [across, null] as const, [null, down] as const]) {
        const wanted = inTypeScript(pixels, sizes, a, d);
        expect(Buffer.compare(inWebAssembly(pixels, sizes, a, d), wanted)).toBe(0);
      }
    }
  }
});

it('what WebAssembly does not have is the same, too', () => {
  const down = tapsOf('bicubic', axis(9, 5));
  for (const sizes of [
    { frames: 3, height: 9, width: 4, channels: 2 },
    { frames: 1, height: 9, width: 4, channels: 1 },
  ]) {
    const pixels = noise(sizes.frames * 9 * 4 * sizes.channels);
    const across = tapsOf('bicubic', axis(4, 11));
    expect(inWebAssembly(pixels, sizes, across, down)).toEqual(inTypeScript(pixels, sizes, across, down));
    expect(inWebAssembly(pixels, sizes, null, down)).toEqual(inTypeScript(pixels, sizes, null, down));
  }
});

it('the file is small', () => {
  expect(readFileSync(new URL('../../wasm/images.wasm', import.meta.url)).length).toBeLessThan(30_000);
});
