import { expect, it } from 'vitest';
import type { State } from '../engine/types.js';
import { freeState } from './freeState.js';

it('frees the memory of a state at once, shared buffers once, and none that threads share', () => {
  const megabyte = 2 ** 20;
  const before = process.memoryUsage().arrayBuffers;
  const both = new ArrayBuffer(64 * megabyte);
  const threads = new Float32Array(new SharedArrayBuffer(8));
  const state: State = {
    a: { shape: [4], data: new Float32Array(both, 0, 4) },
    b: { shape: [4], data: new Float32Array(both, 16, 4) },
    c: { shape: [2], data: threads },
    d: { shape: [1], data: new Float32Array(8 * megabyte) },
  };
  expect(process.memoryUsage().arrayBuffers - before).toBeGreaterThan(90 * megabyte);
  freeState(state);
  expect([state.a?.data.length, state.b?.data.length, state.d?.data.length]).toEqual([0, 0, 0]);
  expect(threads.length).toBe(2);
});
