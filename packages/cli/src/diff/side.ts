/** One of the two runs, finished or not, as its folder tells it. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type EpochMetrics, plain } from 'kestirme';
import { isComparison } from '../config/migrate.js';
import { Failure } from '../errors.js';
import { CONFIG_FILE, METRICS_FILE, RESULT_FILE } from '../run/fileNames.js';
import { checkFingerprint, type Fingerprint } from '../run/fingerprintCheck.js';
import { RunFolder, type StoredConfig } from '../run/folder.js';
import { requireFolder } from '../run/readRuns.js';
import { readFingerprint } from '../run/recordFingerprint.js';

export interface Side {
  config: StoredConfig['config'];
  written: StoredConfig['written'];
  /** Metrics of the epochs that are over. */
  metrics: EpochMetrics[];
  /** Null while the run has not finished. */
  weightsSha256: string | null;
  /** Null when a version before there were fingerprints wrote the run. */
  fingerprint: Fingerprint | null;
}

/** A run, or the runs of a comparison by the names of their folders; those without an epoch are left out. */
export type Sides = { kind: 'run'; run: Side } | { kind: 'comparison'; runs: Map<string, Side> };

export async function readSides(dir: string): Promise<Sides> {
  await requireFolder(dir);
  const { config } = await new RunFolder(dir).readConfig();
  if (!isComparison(config)) return { kind: 'run', run: await readSide(dir) };
  const runs = new Map<string, Side>();
  for (const name of (await readdir(dir)).sort()) {
    if (!(await new RunFolder(join(dir, name)).has(CONFIG_FILE))) continue;
    const side = await readSide(join(dir, name));
    if (side.metrics.length > 0) runs.set(name, side);
  }
  return { kind: 'comparison', runs };
}

async function readSide(dir: string): Promise<Side> {
  const folder = new RunFolder(dir);
  const stored = await folder.readConfig();
  const result = (await folder.has(RESULT_FILE)) ? await folder.readJson(RESULT_FILE) : null;
  const weights = result?.weightsSha256;
  if (result !== null && typeof weights !== 'string') {
    throw new Failure(`${folder.path(RESULT_FILE)} is damaged: expected a hash as weightsSha256`);
  }
  const metrics = await folder.readMetrics();
  if (result !== null && metrics.length !== result.epochs) {
    const has = `${folder.path(METRICS_FILE)} has ${metrics.length} epochs`;
    throw new Failure(`${has}, but ${folder.path(RESULT_FILE)} says ${plain.excerptOf(result.epochs)}`);
  }
  return {
    ...stored,
    metrics,
    weightsSha256: (weights as string | undefined) ?? null,
    fingerprint:
      result?.fingerprint === undefined
        ? await readFingerprint(folder)
        : checkFingerprint(result.fingerprint, folder.path(RESULT_FILE)),
  };
}
