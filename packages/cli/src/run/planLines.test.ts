import { expect, it } from 'vitest';
import { planLines } from './trainRun.js';

const plan = { totalBytes: 3 * 2 ** 30, limitBytes: 4 * 2 ** 30, parts: [{ name: 'parameters', bytes: 2 ** 20 }] };

it.each([
  [null, 'memory plan: 3.00 GiB of at most 4.00 GiB'],
  [8 * 2 ** 30, 'memory plan: 3.00 GiB of at most 4.00 GiB'],
  [
    2 ** 30,
    'memory plan: 3.00 GiB of at most 4.00 GiB, but this machine has only 1.00 GiB free: the run may be slow or be ended by the system',
  ],
])('a plan where %s bytes are free', (availableBytes, line) => {
  expect(planLines({ ...plan, availableBytes })).toEqual([line, '    1.00 MiB  parameters']);
});
