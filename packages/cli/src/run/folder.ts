import { mkdir, open, readdir, readFile, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type EpochMetrics, type Method, methods } from 'kestirme';
import { codeOf, Failure, messageOf, UsageError } from '../errors.js';
import { writeFileAtomic } from './atomicFile.js';
import { parseMetrics } from './metricsFile.js';
import type { ResolvedConfig, RunRecord, RunResult } from './record.js';

export const CONFIG_FILE = 'config.json';
export const METRICS_FILE = 'metrics.jsonl';
export const CHECKPOINT_FILE = 'checkpoint.safetensors';
export const RESULT_FILE = 'result.json';
export const REPORT_FILE = 'report.html';

/** Beside the report of a comparison. */
export const COMPARISON_FILE = 'compare.json';

const OWN_FILES = [CONFIG_FILE, METRICS_FILE, CHECKPOINT_FILE, RESULT_FILE, REPORT_FILE, COMPARISON_FILE];
/** Folders that a comparison makes for its runs. */
const RUN_FOLDER = new RegExp(`^(${methods.join('|')})-seed\\d+$`);

export function runFolderName(method: Method, seed: number): string {
  return `${method}-seed${seed}`;
}

/**
 * Makes `dir` ready for a new run or comparison. A folder that holds something is refused, unless `force` replaces the
 * run or comparison in it; files that are not of these are never touched.
 */
export async function claimFolder(dir: string, force: boolean): Promise<void> {
  let names: string[];
  try {
    await mkdir(dir, { recursive: true });
    names = await readdir(dir);
  } catch (error) {
    throw new UsageError(`--out: ${dir} cannot be a folder of results: ${messageOf(error)}`);
  }
  if (names.length === 0) return;
  if (!force) {
    const advice = names.includes(CONFIG_FILE)
      ? 'add --resume to go on with the run in it, --force to replace it, or take another folder'
      : 'take another folder';
    throw new UsageError(`--out: ${dir} is not empty; ${advice}`);
  }
  if (!names.includes(CONFIG_FILE)) {
    throw new UsageError(`--out: ${dir} holds files but no run that --force could replace; take another folder`);
  }
  for (const name of names.filter((one) => RUN_FOLDER.test(one))) {
    await removeOwnFiles(join(dir, name));
    // Stays when something else lies in it.
    await rmdir(join(dir, name)).catch(() => undefined);
  }
  await removeOwnFiles(dir);
}

async function removeOwnFiles(dir: string): Promise<void> {
  // The configuration goes last: while it is there, --force works again after a failure here.
  for (const name of [...OWN_FILES].reverse()) await rm(join(dir, name), { force: true });
}

/** The files of one run. Every write is complete or not there. */
export class RunFolder {
  readonly dir: string;

  constructor(dir: string) {
    this.dir = dir;
  }

  path(name: string): string {
    return join(this.dir, name);
  }

  async has(name: string): Promise<boolean> {
    return stat(this.path(name)).then(
      (found) => found.isFile(),
      () => false,
    );
  }

  writeConfig(config: ResolvedConfig): Promise<void> {
    return this.#writeJson(CONFIG_FILE, config);
  }

  writeResult(result: RunResult): Promise<void> {
    return this.#writeJson(RESULT_FILE, result);
  }

  writeCheckpoint(bytes: Uint8Array): Promise<void> {
    return writeFileAtomic(this.path(CHECKPOINT_FILE), bytes);
  }

  writeReport(html: string): Promise<void> {
    return writeFileAtomic(this.path(REPORT_FILE), html);
  }

  /** Null when no checkpoint has been written yet. */
  async readCheckpoint(): Promise<Uint8Array | null> {
    try {
      return await readFile(this.path(CHECKPOINT_FILE));
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null;
      throw new Failure(`cannot read ${this.path(CHECKPOINT_FILE)}: ${messageOf(error)}`);
    }
  }

  /** A line more, on the disk when this resolves. */
  async appendMetrics(metrics: EpochMetrics): Promise<void> {
    const file = this.path(METRICS_FILE);
    try {
      const handle = await open(file, 'a');
      try {
        await handle.appendFile(`${JSON.stringify(metrics)}\n`);
        await handle.datasync();
      } finally {
        await handle.close();
      }
    } catch (error) {
      throw new Failure(`cannot write ${file}: ${messageOf(error)}`);
    }
  }

  /**
   * Keeps the metrics of the first `epochs` epochs, which a checkpoint knows as done. A run that died may have written
   * more, or part of a line.
   */
  async rewindMetrics(epochs: number): Promise<EpochMetrics[]> {
    const file = this.path(METRICS_FILE);
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return '';
      throw new Failure(`cannot read ${file}: ${messageOf(error)}`);
    });
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    const kept = parseMetrics(whole, file).slice(0, epochs);
    if (kept.length < epochs) {
      throw new Failure(
        `${file} has ${kept.length} epochs, but the checkpoint beside it stands after ${epochs}; start a new run in another --out`,
      );
    }
    await writeFileAtomic(file, kept.map((metrics) => `${JSON.stringify(metrics)}\n`).join(''));
    return kept;
  }

  /** A finished run. */
  async read(): Promise<RunRecord> {
    const config = (await this.readJson(CONFIG_FILE)) as unknown as ResolvedConfig;
    if (!(await this.has(RESULT_FILE))) {
      throw new Failure(`${this.dir} holds a run that has not finished: kestirme train --resume --out ${this.dir}`);
    }
    const result = (await this.readJson(RESULT_FILE)) as unknown as RunResult;
    const file = this.path(METRICS_FILE);
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      throw new Failure(`cannot read ${file}: ${messageOf(error)}`);
    });
    return { config, metrics: parseMetrics(text, file), result };
  }

  async readJson(name: string): Promise<Record<string, unknown>> {
    const file = this.path(name);
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch (error) {
      if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') {
        throw new Failure(`${this.dir} is not a run folder: it has no ${name}`);
      }
      throw new Failure(`cannot read ${file}: ${messageOf(error)}`);
    }
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      throw new Failure(`${file} is damaged: ${messageOf(error)}`);
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new Failure(`${file} is damaged: it holds no object`);
    }
    return value as Record<string, unknown>;
  }

  #writeJson(name: string, value: unknown): Promise<void> {
    return writeFileAtomic(this.path(name), `${JSON.stringify(value, null, 2)}\n`);
  }
}
