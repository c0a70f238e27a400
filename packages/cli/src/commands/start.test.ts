import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { merge } from '../options/parse.js';
import { compareOptions } from '../options/table.js';
import { type CompareValues, comparisonConfig } from '../program/compare.js';
import { COMPARISON_FILE, CONFIG_FILE } from '../run/fileNames.js';
import { lockFolder } from '../run/lock.js';
import { folderFor, pageFor, START_PRESET } from './start.js';

const values = { ...(merge(compareOptions, []).values as CompareValues), ...START_PRESET };
const wanted = () => folderFor(values, new Map());

describe('the page of start', () => {
  const choice = { dashboard: true, open: false, quiet: false, json: false };
  const origin = (...names: string[]) => new Map(names.map((name) => [name, 'the command line'])) as never;

  it('is opened where a person sits, and else its address is told', () => {
    expect(pageFor(choice, origin(), true)).toEqual({ dashboard: true, open: true });
    expect(pageFor(choice, origin(), false)).toEqual({ dashboard: true, open: false });
  });

  it('is as it was asked for', () => {
    expect(pageFor(choice, origin('open'), true)).toEqual({ dashboard: true, open: false });
    expect(pageFor({ ...choice, open: true }, origin('open'), false)).toEqual({ dashboard: true, open: true });
    expect(pageFor({ ...choice, dashboard: false }, origin('dashboard'), true)).toEqual({
      dashboard: false,
      open: false,
    });
  });

  it('is not there where the words are for another program, unless it is asked for', () => {
    for (const way of [{ quiet: true }, { json: true }]) {
      expect(pageFor({ ...choice, ...way }, origin(), true)).toEqual({ dashboard: false, open: false });
      expect(pageFor({ ...choice, ...way }, origin('dashboard'), true)).toEqual({ dashboard: true, open: false });
    }
  });
});

describe('the folder of start', () => {
  const before = process.cwd();
  let home: string;

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'kestirme-start-'));
    process.chdir(home);
  });

  afterEach(() => {
    process.chdir(before);
    rmSync(home, { recursive: true, force: true });
  });

  function begin(dir: string, changes: Partial<CompareValues> = {}): void {
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, CONFIG_FILE), JSON.stringify(comparisonConfig({ ...values, ...changes })));
  }

  it('is a new one at first and after one that finished', async () => {
    expect(await wanted()).toBe(join('runs', 'start'));
    begin(join('runs', 'start'));
    writeFileSync(join('runs', 'start', COMPARISON_FILE), '{}');
    expect(await wanted()).toBe(join('runs', 'start-2'));
  });

  it('is the last one when that was interrupted', async () => {
    begin(join('runs', 'start'), { epochs: 1 });
    begin(join('runs', 'start-2'));
    expect(await wanted()).toBe(join('runs', 'start-2'));
  });

  it('is a new one when the last was begun with other options, or another process trains in it', async () => {
    begin(join('runs', 'start'), { epochs: 1 });
    expect(await wanted()).toBe(join('runs', 'start-2'));
    begin(join('runs', 'start-2'));
    const lock = await lockFolder(join('runs', 'start-2'));
    expect(await wanted()).toBe(join('runs', 'start-3'));
    lock.release();
    expect(await wanted()).toBe(join('runs', 'start-2'));
  });
});
