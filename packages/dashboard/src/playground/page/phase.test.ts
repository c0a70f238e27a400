import { expect, test } from 'vitest';
import { may, nextPhase, type PhaseEvent } from './phase.js';

function walk(...events: PhaseEvent[]): string {
  let phase: Parameters<typeof nextPhase>[0] = 'preparing';
  for (const event of events) phase = nextPhase(phase, event) ?? phase;
  return phase;
}

test('a training from its beginning to its end, and anew', () => {
  expect(walk('prepared', 'step', 'step', 'run', 'pause', 'run', 'finished')).toBe('finished');
  expect(walk('prepared', 'step', 'finished', 'prepare')).toBe('preparing');
  expect(walk('prepared', 'run', 'failed', 'prepare', 'prepared')).toBe('ready');
});

test('of a page without a trainer nothing more is to be had', () => {
  expect(walk('prepared', 'broken', 'prepare', 'failed')).toBe('broken');
  expect(may('broken', 'prepare')).toBe(false);
});

test('what means nothing changes nothing', () => {
  expect(walk('run')).toBe('preparing');
  expect(may('finished', 'run')).toBe(false);
  expect(may('running', 'step')).toBe(false);
  expect(may('preparing', 'finished')).toBe(false);
});
