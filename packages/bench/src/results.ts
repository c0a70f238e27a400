/** What a run of the benchmark leaves: `results.json`, from which the report is made and an interrupted run goes on. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Profile } from 'kestirme';
import type { Machine } from './machine.js';
import type { Part } from './plan.js';
import type { Settings } from './settings.js';
import type { Side } from './sides.js';
import type { Item } from './suite.js';
import type { Measured } from './work.js';

/** A run that was carried out; one of the five last fields is there. */
export interface Run {
  part: Part;
  side: Side;
  round: number;
  /** See PlannedRun. */
  at: number | null;
  /** Wall-clock time of the whole process, seconds. */
  wallSeconds: number;
  measured?: Measured;
  firstStepSeconds?: number;
  waiting?: { share: number; imagesPerSecond: number; data: string };
  profile?: Profile;
  /** Why there is no measurement. */
  failed?: string;
}

export interface ItemResult {
  item: Item;
  /** ISO 8601. */
  date: string;
  commit: string;
  runs: Run[];
  /** Our own side failed: the runs before it are kept, and a resumed run does the item again. */
  failed?: string;
}

export interface Results {
  version: 2;
  started: string;
  machine: Machine;
  settings: Settings;
  /** In the order in which they were measured. */
  items: ItemResult[];
}

const fileName = 'results.json';

/** Whole or not at all: an interruption leaves the file as it was. */
export function writeResults(folder: string, results: Results): void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, fileName);
  writeFileSync(`${file}.part`, `${JSON.stringify(results, null, 1)}\n`);
  renameSync(`${file}.part`, file);
}

function readResults(folder: string): Results | null {
  const file = join(folder, fileName);
  if (!existsSync(file)) return null;
  let results: Results;
  try {
    results = JSON.parse(readFileSync(file, 'utf8')) as Results;
  } catch (cause) {
    throw new Error(`${file} is not JSON: move it away or choose another --out`, { cause });
  }
  if (results.version !== 2) throw new Error(`${file} has version ${results.version}, this program writes 2`);
  return results;
}

/**
 * New results, or with `resume` those in the folder. Results that are there and not resumed are moved aside.
 * @throws when there is nothing to resume, or it was measured with other settings or on another machine.
 */
export function openResults(folder: string, fresh: Results, resume: boolean): Results {
  const old = readResults(folder);
  if (!resume) {
    const aside = `results.${old?.started.replace(/[:.]/g, '-')}.json`;
    if (old !== null) renameSync(join(folder, fileName), join(folder, aside));
    return fresh;
  }
  if (old === null) throw new Error(`there is no ${fileName} in ${folder} to resume`);
  const problem = difference(old, fresh);
  if (problem !== null) throw new Error(`${join(folder, fileName)} was measured ${problem}: choose another --out`);
  return old;
}

function difference(old: Results, now: Results): string | null {
  const keys = Object.keys({ ...old.settings, ...now.settings }) as (keyof Settings)[];
  const same = (name: keyof Settings) => JSON.stringify(old.settings[name]) === JSON.stringify(now.settings[name]);
  const key = keys.find((name) => !same(name));
  const text = (settings: Settings, name: keyof Settings) => JSON.stringify(settings[name]) ?? 'by item';
  if (key !== undefined) return `with ${key} ${text(old.settings, key)}, not ${text(now.settings, key)}`;
  const [a, b] = [old.machine, now.machine];
  if (a.cpu !== b.cpu || a.cores !== b.cores) return `on ${a.cpu} with ${a.cores} cores`;
  if (a.versions.node !== b.versions.node) return `with Node ${a.versions.node}`;
  return null;
}

/** The items that are still to do. */
export function remaining(items: readonly Item[], results: Results): Item[] {
  const done = results.items.filter(({ failed }) => failed === undefined).map(({ item }) => item.name);
  return items.filter(({ name }) => !done.includes(name));
}

/** Puts an item's result in the place of an older one, else last. */
export function addItem(results: Results, result: ItemResult): void {
  const at = results.items.findIndex(({ item }) => item.name === result.item.name);
  if (at < 0) results.items.push(result);
  else results.items[at] = result;
}
