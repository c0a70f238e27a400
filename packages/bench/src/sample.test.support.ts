/** Made-up results for tests. */
import { rivals } from './peers.js';
import type { PlannedRun } from './plan.js';
import type { ItemResult, Results, Run } from './results.js';
import type { Settings } from './settings.js';
import type { Side } from './sides.js';
import { type Item, suite } from './suite.js';
import type { Measured } from './work.js';

export const sampleSettings: Settings = {
  pairs: 5,
  steps: undefined,
  warmup: 5,
  warmupSeconds: 3,
  pretrain: 30,
  threads: 2,
  quick: false,
  acceptance: false,
  backends: ['wasm'],
  peers: rivals,
  images: 'data_batch_1.bin',
  before: null,
};

export function sampleItem(name: string): Item {
  const item = suite.find((candidate) => candidate.name === name);
  if (item === undefined) throw new Error(`no item ${name}`);
  return item;
}

export function sampleMeasured(imagesPerSecond: number, changes: Partial<Measured> = {}): Measured {
  return {
    peer: 'some',
    imagesPerSecond,
    stepSeconds: [1 / imagesPerSecond],
    losses: [2.3, 2.2, 2.1, 2],
    peakMemoryBytes: 100e6,
    idleMemoryBytes: 40e6,
    versions: { node: '20' },
    ...changes,
  };
}

export function sampleRun(part: PlannedRun['part'], side: Side, round: number, measured: Measured | string): Run {
  const outcome = typeof measured === 'string' ? { failed: measured } : { measured };
  return { part, side, round, at: null, wallSeconds: 1, ...outcome };
}

export function sampleResult(name: string, runs: Run[], changes: Partial<ItemResult> = {}): ItemResult {
  return { item: sampleItem(name), date: '2026-01-01T00:00:00.000Z', commit: 'abc', runs, ...changes };
}

export function sampleResults(items: ItemResult[], settings: Partial<Settings> = {}): Results {
  const versions = { node: '20.0.0', v8: '11' };
  return {
    version: 2,
    started: '2026-01-01T00:00:00.000Z',
    machine: { cpu: 'a processor', cores: 2, memoryBytes: 2 ** 33, system: 'linux', load: 0, versions },
    settings: { ...sampleSettings, ...settings },
    items,
  };
}
