/** Threads start without growing the memory that they share: others would not know of it in time. */
import { afterEach, expect, it, vi } from 'vitest';
import type { PoolInstance } from '../../threads/poolWorkers.js';
import { pooledKernels } from './pooled.test.support.js';
import { makeRoom } from './room.js';

afterEach(() => {
  vi.restoreAllMocks();
});

/** Bytes of the memory when it was handed to each thread of the next pools. */
function watchHandOver(): number[] {
  const bytes: number[] = [];
  const { postMessage } = MessagePort.prototype;
  vi.spyOn(MessagePort.prototype, 'postMessage').mockImplementation(function (
    this: MessagePort,
    message: unknown,
    rest?: StructuredSerializeOptions,
  ) {
    const { memory } = message as Partial<PoolInstance>;
    if (memory !== undefined) bytes.push(memory.buffer.byteLength);
    postMessage.call(this, message, rest);
  });
  return bytes;
}

it.each([3, 6])('%i threads, in a new memory and in a used one', async (threads) => {
  const handedOver = watchHandOver();
  for (let pool = 0; pool < 2; pool++) {
    const kernels = await pooledKernels(threads);
    // Every thread has left the pool, so all have been in it.
    await kernels.close();
    expect(handedOver.splice(0)).toEqual(Array(threads - 1).fill(kernels.memory.buffer.byteLength));
  }
});

it('the room is given back; no threads need none, and where the host has no more there is none', () => {
  const calls: string[] = [];
  const allocator = (address: number) => ({
    reserve: (bytes: number) => {
      calls.push(`reserve ${bytes}`);
      return address;
    },
    release: (at: number, bytes: number) => {
      calls.push(`release ${at} ${bytes}`);
    },
  });
  makeRoom(allocator(64), 0, 1000);
  makeRoom(allocator(64), 2, 1000);
  makeRoom(allocator(0), 1, 1000);
  expect(calls).toEqual(['reserve 51152', 'release 64 51152', 'reserve 33768']);
});
