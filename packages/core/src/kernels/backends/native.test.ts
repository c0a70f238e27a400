/** The native backend in front of an addon that only notes its calls. */
import { expect, it } from 'vitest';
import { expectedAbi } from '../api.js';
import { nativeKernels } from './native.js';

const none = new Uint8Array();

/** An addon whose functions only note how they are called. */
function addon(calls: string[], changes: object = {}) {
  const functions = new Proxy<Record<string, unknown>>(
    { memory: new ArrayBuffer(64), abiVersion: () => expectedAbi, ...changes },
    {
      get: (own, name: string) => (name in own ? own[name] : (...values: number[]) => calls.push(`${name} ${values}`)),
    },
  );
  return functions as unknown as { memory: ArrayBuffer };
}

it('classes and functions pass numbers to the exports of their names', () => {
  const calls: string[] = [];
  const { api, memory, maximumBytes } = nativeKernels(addon(calls), 'single', 1, none);
  const conv = new api.Conv2d(1, 2, 3, 4, 5, 6, 7, 8);
  expect(conv.handle).toBe(1);
  conv.backwardInput(10, 11, 12, 13, 14, true, 15);
  expect(conv.border).toBe(3);
  expect(api.sgdStep(0.5, 0.9, false, 0, 1, 7, 1, 2, 3, 4)).toBe(true);
  memory.release(64, 32);
  expect(calls).toEqual([
    'conv2d_new 1,2,3,4,5,6,7,8',
    'conv2d_backwardInput 1,10,11,12,13,14,1,15',
    'conv2d_border 1',
    'sgdStep 0.5,0.9,0,0,1,7,1,2,3,4',
    'release 64,32',
  ]);
  expect(maximumBytes).toBe(64);
});

it('numbers of 32 bits come without a sign', () => {
  const { api } = nativeKernels(addon([], { updateScratchLen: () => -2 }), 'single', 1, none);
  expect(api.updateScratchLen(1)).toBe(4_294_967_294);
});

it('threads are started and ended with the kernels', async () => {
  const calls: string[] = [];
  await nativeKernels(addon(calls), 'threads', 3, none).close();
  expect(calls).toEqual(['startPool 2', 'stopPool ']);
});

it.each([
  ['another ABI', { abiVersion: () => 1 }, /have ABI 1, this code needs \d+: build crates\/native again/],
  ['no ABI', { abiVersion: undefined }, /have no abiVersion: build crates\/native again/],
  ['a function less', { conv2d_forward: undefined }, /the kernels have no conv2d_forward/],
])('an addon with %s is refused', (_, changes, message) => {
  expect(() => nativeKernels(addon([], changes), 'single', 1, none)).toThrow(message);
});
