/** Views of the kernels' memory are made once for a kind, an address and a length, as long as the memory is the same. */
import { expect, it } from 'vitest';
import { Views } from './views.js';

it('keeps a view until the memory has grown', () => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const views = new Views({
    get buffer() {
      return memory.buffer;
    },
    reserve: () => 0,
    release() {},
  });
  const floats = views.of(Float32Array, 64, 4);
  floats[0] = 1;
  expect([floats.byteOffset, floats.length]).toEqual([64, 4]);
  expect(views.of(Float32Array, 64, 4)).toBe(floats);
  // Another length or another kind at the same address is another view, and takes nothing from the first.
  expect(views.of(Float32Array, 64, 2)).toHaveLength(2);
  expect([...views.of(Uint8Array, 64, 4)]).toEqual([0, 0, 128, 63]);
  expect(views.of(Float32Array, 64, 4)).toBe(floats);
  expect(views.of(Float32Array, 128, 4)).not.toBe(floats);
  memory.grow(1);
  const again = views.of(Float32Array, 64, 4);
  expect([floats.length, again.length, again[0]]).toEqual([0, 4, 1]);
});
