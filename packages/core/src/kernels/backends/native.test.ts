/** The native backend in front of an addon that only notes its calls. */
import { expect, it } from 'vitest';
import { expectedAbi } from '../api.js';
import { nativeKernels } from './native.js';

/** A file whose functions only note how they are called. */
function fake(calls: string[], changes: object = {}, abi = expectedAbi) {
  const instance = new Proxy<Record<string, unknown>>(
    { ...changes },
    {
      get: (own, name: string) => (name in own ? own[name] : (...values: unknown[]) => calls.push(`${name} ${values}`)),
    },
  );
  const open = (threads: number) => {
    calls.push(`open ${threads}`);
    return instance;
  };
  return { addon: { abiVersion: () => abi, open }, simd: 'none', file: 'none', sha256: async () => '' };
}

it('classes and functions pass numbers to the exports of their names', async () => {
  const calls: string[] = [];
  const { api, close } = nativeKernels(fake(calls), 3);
  const conv = new api.Conv2d(1, 2, 3, 4, 5, 6, 7, 8);
  expect(conv.handle).toBe(2);
  conv.backwardInput(10, 11, 12, 13, 14, true, 15);
  expect(conv.border).toBe(4);
  expect(api.sgdStep(0.5, 0.9, false, 0, 1, 7, 1, 2, 3, 4)).toBe(true);
  await close();
  expect(calls).toEqual([
    'open 3',
    'conv2d_new 1,2,3,4,5,6,7,8',
    'conv2d_backwardInput 2,10,11,12,13,14,1,15',
    'conv2d_border 2',
    'sgdStep 0.5,0.9,0,0,1,7,1,2,3,4',
    'close ',
  ]);
});

it('numbers of more than 32 bits stay what they are', () => {
  const { api } = nativeKernels(fake([], { updateScratchLen: () => 2 ** 33 + 5 }), 1);
  expect(api.updateScratchLen(1)).toBe(8_589_934_597);
});

it('memory is made here, held there, and given back', () => {
  const calls: string[] = [];
  const held: ArrayBuffer[] = [];
  const hold = (buffer: ArrayBuffer) => held.push(buffer) * 48;
  const { memory } = nativeKernels(fake(calls, { hold }), 1);
  expect(memory.reserve(1000)).toBe(48);
  expect(held[0]?.byteLength).toBeGreaterThanOrEqual(1064);
  expect(memory.buffer).toBe(held[0]);
  memory.release(48, 1000);
  expect(calls.at(-1)).toBe('drop 48');
  expect(memory.buffer.byteLength).toBe(0);
  // More than any machine has.
  expect(memory.reserve(2 ** 52)).toBe(0);
  expect(held).toHaveLength(1);
});

it('an addon with another ABI, or with a function less, is refused', () => {
  expect(() => nativeKernels(fake([], {}, 1), 1)).toThrow(
    /have ABI 1, this code needs \d+: install @kestirme\/native in the version of kestirme; in a clone, run npm run build/,
  );
  expect(() => nativeKernels(fake([], { conv2d_forward: undefined }), 1)).toThrow('the kernels have no conv2d_forward');
});
