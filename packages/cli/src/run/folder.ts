import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { EpochMetrics, Method } from 'kestirme';
import { codeOf, Failure, messageOf } from '../errors.js';
import { writeFileAtomic } from './atomicFile.js';
import { CheckpointFiles } from './checkpointFiles.js';
import type { Fingerprint } from './fingerprint.js';
import { parseMetrics } from './metricsFile.js';
import type { ResolvedConfig, RunRecord, RunResult } from './record.js';

export const CONFIG_FILE = 'config.json';
export const METRICS_FILE = 'metrics.jsonl';
export const RESULT_FILE = 'result.json';
export const REPORT_FILE = 'report.html';
/** What the run is a function of, from its start on. */
export const FINGERPRINT_FILE = 'fingerprint.json';

/** Beside the report of a comparison. */
export const COMPARISON_FILE = 'compare.json';

export function runFolderName(method: Method, seed: number): string {
  return `${method}-seed${seed}`;
}

/** The files of one run. Every write is complete or not there. */
export class RunFolder {
  readonly dir: string;
  readonly checkpoints: CheckpointFiles;
  #metricsBytes = 0;

  constructor(dir: string) {
    this.dir = dir;
    this.checkpoints = new CheckpointFiles(dir);
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

  writeFingerprint(fingerprint: Fingerprint): Promise<void> {
    return this.#writeJson(FINGERPRINT_FILE, fingerprint);
  }

  writeResult(result: RunResult): Promise<void> {
    return this.#writeJson(RESULT_FILE, result);
  }

  writeReport(html: string): Promise<void> {
    return writeFileAtomic(this.path(REPORT_FILE), html);
  }

  /** Length of metrics.jsonl after the last `appendMetrics` or `rewindMetrics`. */
  get metricsBytes(): number {
    return this.#metricsBytes;
  }

  /** A line more, on the disk when this resolves; none when it fails. */
  async appendMetrics(metrics: EpochMetrics): Promise<void> {
    this.#metricsBytes = await append(this.path(METRICS_FILE), `${JSON.stringify(metrics)}\n`);
  }

  /**
   * Keeps the metrics of the first `epochs` epochs, which the checkpoint knows as done; there `bytes` bytes, when it says
   * so. A run that died may have written more, or part of a line.
   */
  async rewindMetrics(epochs: number, bytes: number | null = null): Promise<EpochMetrics[]> {
    const file = this.path(METRICS_FILE);
    const content = await readFile(file).catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return Buffer.alloc(0);
      throw new Failure(`cannot read ${file}: ${messageOf(error)}`);
    });
    const lines = lineEnds(content);
    const end = epochs === 0 ? 0 : lines[epochs - 1];
    if (end === undefined || (bytes !== null && end !== bytes)) {
      const expected = `${epochs} epochs${bytes === null ? '' : ` in ${bytes} bytes`}`;
      const has = end === undefined ? `${lines.length} epochs` : `${epochs} epochs in ${end} bytes`;
      throw new Failure(
        `${file} has ${has}, but the checkpoint beside it stands after ${expected}; start a new run in another --out`,
      );
    }
    const kept = parseMetrics(content.toString('utf8', 0, end), file);
    if (content.length > end) await shorten(file, end);
    this.#metricsBytes = end;
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

/** Where each complete line ends, behind its line feed. */
function lineEnds(content: Uint8Array): number[] {
  const ends: number[] = [];
  for (let at = content.indexOf(10); at >= 0; at = content.indexOf(10, at + 1)) ends.push(at + 1);
  return ends;
}

/** Gives the file's new length. */
async function append(file: string, text: string): Promise<number> {
  const bytes = Buffer.from(text);
  try {
    const handle = await open(file, 'a');
    try {
      const { size } = await handle.stat();
      try {
        await handle.appendFile(bytes);
        await handle.datasync();
      } catch (error) {
        // A full disk may have taken a part.
        await handle.truncate(size).catch(() => undefined);
        throw error;
      }
      return size + bytes.length;
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new Failure(`cannot write ${file}: ${messageOf(error)}`);
  }
}

/** In place: takes no room on a full disk. */
async function shorten(file: string, bytes: number): Promise<void> {
  try {
    const handle = await open(file, 'r+');
    try {
      await handle.truncate(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new Failure(`cannot write ${file}: ${messageOf(error)}`);
  }
}
