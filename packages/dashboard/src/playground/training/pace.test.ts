import { expect, test } from 'vitest';
import { Pace } from './pace.js';

const never = new AbortController().signal;
const settle = () => new Promise((resolve) => setTimeout(resolve));

/** A lane that works whenever it may, and notes it. */
async function work(pace: Pace, lane: number, log: number[], pieces: number): Promise<void> {
  for (let i = 0; i < pieces; i++) {
    await pace.turn(lane, never);
    log.push(lane);
    await settle();
    pace.leave();
  }
}

test('nothing works before it may; a step is one piece of each lane', async () => {
  const pace = new Pace(2);
  const log: number[] = [];
  const lanes = [work(pace, 0, log, 3), work(pace, 1, log, 3)];
  await settle();
  expect(log).toEqual([]);
  pace.step([0, 1]);
  await settle();
  await settle();
  expect(log).toEqual([0, 1]);
  pace.run();
  await Promise.all(lanes);
  expect(log.filter((lane) => lane === 0)).toHaveLength(3);
});

test('on one seat lanes take turns', async () => {
  const pace = new Pace(1);
  const log: number[] = [];
  pace.run();
  await Promise.all([work(pace, 0, log, 3), work(pace, 1, log, 3)]);
  expect(log).toEqual([0, 1, 0, 1, 0, 1]);
});

test('a pause lets nobody begin, and takes back steps that are not begun', async () => {
  const pace = new Pace(1);
  const log: number[] = [];
  pace.step([0, 1]);
  pace.pause();
  const lane = work(pace, 0, log, 1);
  await settle();
  expect(log).toEqual([]);
  pace.run();
  await lane;
  expect(log).toEqual([0]);
});

test('whoever is aborted while waiting has no seat', async () => {
  const pace = new Pace(1);
  const stop = new AbortController();
  const waiting = pace.turn(0, stop.signal);
  stop.abort();
  expect(await waiting).toBe(false);
  expect(await pace.turn(0, stop.signal)).toBe(false);
  pace.run();
  expect(await pace.turn(1, never)).toBe(true);
});
