import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../errors.js';
import { CONFIG_FILE, RESULT_FILE, RunFolder } from './folder.js';
import type { RunRecord } from './record.js';

/** The runs that `dir` holds: one of its own, or the finished ones of a comparison. */
export async function readRuns(dir: string): Promise<RunRecord[]> {
  const found = await stat(dir).catch(() => null);
  if (!found?.isDirectory()) throw new Failure(`there is no folder ${dir}`);
  const own = new RunFolder(dir);
  const config = await own.readJson(CONFIG_FILE);
  if (!isComparison(config)) return [await own.read()];
  const runs: RunRecord[] = [];
  for (const name of (await readdir(dir)).sort()) {
    const folder = new RunFolder(join(dir, name));
    if (await folder.has(RESULT_FILE)) runs.push(await folder.read());
  }
  if (runs.length === 0) throw new Failure(`${dir} holds no finished run yet: kestirme compare --resume --out ${dir}`);
  const order: string[] = Array.isArray(config.methods) ? config.methods : [];
  const place = (run: RunRecord) => order.indexOf(run.config.method);
  return runs.sort((a, b) => place(a) - place(b) || a.config.seed - b.config.seed);
}

/** A comparison's config.json has methods and seeds where a run's has one of each. */
export function isComparison(config: Readonly<Record<string, unknown>>): boolean {
  return Array.isArray(config.methods);
}
