import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isRunFolderName, runFolder, runFolderName } from './runNames.js';
import { sampleConfig } from './sample.test.support.js';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kestirme-names-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const run = { model: 'resnet20', timeSteps: 2, method: 'evolution', seed: 3 } as const;
const other = { ...run, model: 'plain20' };

async function nameFor(config: typeof run | typeof other, several: boolean): Promise<string> {
  return (await runFolder(dir, sampleConfig(config), several)).dir.slice(dir.length + 1);
}

function occupy(name: string, config: object): void {
  mkdirSync(join(dir, name));
  writeFileSync(join(dir, name, 'config.json'), JSON.stringify(config));
}

it('names of runs are known again, others are not', () => {
  expect(runFolderName(run, false)).toBe('evolution-seed3');
  expect(runFolderName(run, true)).toBe('resnet20-T2-evolution-seed3');
  for (const several of [false, true]) expect(isRunFolderName(runFolderName(run, several))).toBe(true);
  for (const name of ['notes', 'resnet20-evolution-seed3', '-T2-evolution-seed3', 'evolution-seed3x']) {
    expect(isRunFolderName(name)).toBe(false);
  }
});

it('of a model file, without its folder and ending', () => {
  const own = { ...run, model: '/home/me/my net.mjs' };
  expect(runFolderName(own, true)).toBe('my net-T2-evolution-seed3');
  expect(isRunFolderName(runFolderName(own, true))).toBe(true);
});

it('a comparison that began with one network keeps its names when others join', async () => {
  expect(await nameFor(run, false)).toBe('evolution-seed3');
  occupy('evolution-seed3', run);
  expect(await nameFor(run, true)).toBe('evolution-seed3');
  expect(await nameFor(other, true)).toBe('plain20-T2-evolution-seed3');
  // That network alone, of what is now a comparison of two.
  expect(await nameFor(other, false)).toBe('plain20-T2-evolution-seed3');
});

it('a comparison that began with several keeps its names when it goes on with one', async () => {
  expect(await nameFor(run, true)).toBe('resnet20-T2-evolution-seed3');
  occupy('resnet20-T2-evolution-seed3', run);
  expect(await nameFor(run, false)).toBe('resnet20-T2-evolution-seed3');
});
