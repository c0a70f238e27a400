import { open, readFile, rm, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { AnswersFile } from '@kestirme/dashboard';
import { type EpochMetrics, plain } from 'kestirme';
import { checkConfig } from '../config/configFile.js';
import { migrateConfig } from '../config/migrate.js';
import type { ResolvedConfig } from '../config/resolvedConfig.js';
import { Failure, isAbsence, messageOf } from '../errors.js';
import { commandLine } from '../terminal/commandLine.js';
import { writeFileAtomic } from './atomicFile.js';
import { BestFile } from './bestFile.js';
import { CheckpointFiles } from './checkpointFiles.js';
import {
  ANSWERS_FILE,
  CONFIG_FILE,
  FINGERPRINT_FILE,
  METRICS_FILE,
  NETWORK_FILE,
  REPORT_FILE,
  RESULT_FILE,
  STEPS_FILE,
} from './fileNames.js';
import type { Fingerprint } from './fingerprintCheck.js';
import { parseMetrics } from './metricsFile.js';
import { requireOneRun } from './oneRun.js';
import type { RunRecord, RunResult, RunSoFar } from './record.js';
import { checkResult, parseObject } from './resultFile.js';
import { readSteps, STEPS_TO_DRAW, stepMeans } from './stepLog.js';
import { checkStoredNetwork, type StoredNetwork } from './storedNetwork.js';

/** The content of config.json, of a run or a comparison. */
export interface StoredConfig {
  /** The content as the version that wrote it had it, and as fingerprints were taken of it. */
  written: Record<string, unknown>;
  /** The content in the present form. */
  config: Record<string, unknown>;
}

/** The files of one run. Every write is complete or not there. */
export class RunFolder {
  readonly dir: string;
  readonly checkpoints: CheckpointFiles;
  readonly best: BestFile;
  #metricsBytes = 0;

  constructor(dir: string) {
    this.dir = dir;
    this.checkpoints = new CheckpointFiles(dir);
    this.best = new BestFile(dir);
  }

  path(name: string): string {
    return join(this.dir, name);
  }

  async has(name: string): Promise<boolean> {
    const file = this.path(name);
    return stat(file).then(
      (found) => found.isFile(),
      (error: unknown) => {
        if (isAbsence(error)) return false;
        throw new Failure(`cannot read ${file}: ${messageOf(error)}`);
      },
    );
  }

  writeConfig(config: ResolvedConfig): Promise<void> {
    return this.#writeJson(CONFIG_FILE, config);
  }

  /** What a model file built; its copy first: with network.json, both are there. */
  async writeNetwork({ content, ...stored }: StoredNetwork & { content: Uint8Array }): Promise<void> {
    const extension = extname(stored.file).toLowerCase();
    // A network that is JSON is in network.json itself.
    if (extension !== '.json') await writeFileAtomic(this.path(`model${extension}`), content);
    await this.#writeJson(NETWORK_FILE, stored);
  }

  /** Null where no file built the network. */
  async readNetwork(): Promise<StoredNetwork | null> {
    if (!(await this.has(NETWORK_FILE))) return null;
    return checkStoredNetwork(await this.readJson(NETWORK_FILE), this.path(NETWORK_FILE));
  }

  writeFingerprint(fingerprint: Fingerprint): Promise<void> {
    return this.#writeJson(FINGERPRINT_FILE, fingerprint);
  }

  writeResult(result: RunResult): Promise<void> {
    return this.#writeJson(RESULT_FILE, result);
  }

  writeAnswers(answers: AnswersFile): Promise<void> {
    return writeFileAtomic(this.path(ANSWERS_FILE), `${JSON.stringify(answers)}\n`);
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
    const content = (await readBytes(file)) ?? Buffer.alloc(0);
    const lines = lineEnds(content);
    const end = epochs === 0 ? 0 : lines[epochs - 1];
    if (end === undefined || (bytes !== null && end !== bytes)) {
      const expected = `${epochs} epochs${bytes === null ? '' : ` in ${bytes} bytes`}`;
      const has = end === undefined ? `${lines.length} epochs` : `${epochs} epochs in ${end} bytes`;
      throw new Failure(
        `${file} has ${has}, but the checkpoint beside it stands after ${expected}; start a new run in another --out`,
      );
    }
    const kept = parseMetrics(textOf(content.subarray(0, end), file), file);
    if (content.length > end) await shorten(file, end);
    this.#metricsBytes = end;
    return kept;
  }

  /** Metrics of the epochs that are over. A run that is going on, or that died, may have part of a line more. */
  async readMetrics(): Promise<EpochMetrics[]> {
    const file = this.path(METRICS_FILE);
    const content = (await readBytes(file)) ?? Buffer.alloc(0);
    return parseMetrics(textOf(content.subarray(0, lineEnds(content).at(-1) ?? 0), file), file);
  }

  /** A finished run. */
  async read(): Promise<RunRecord> {
    const { written, config: stored } = await this.readConfig();
    const config = checkConfig(stored, this.path(CONFIG_FILE));
    const result = await this.readResult();
    if (result === null) {
      const resume = commandLine(['train', '--resume', '--out', this.dir]);
      throw new Failure(`${this.dir} holds a run that has not finished: ${resume}`);
    }
    const file = this.path(METRICS_FILE);
    const metrics = parseMetrics((await readText(file)) ?? '', file);
    const record = { config, metrics, ...(await this.#steps()), result, ...(await this.#builtNetwork()) };
    requireOneRun(record, written, this.dir);
    return record;
  }

  /** Null until the run has finished. */
  async readResult(): Promise<RunResult | null> {
    if (!(await this.has(RESULT_FILE))) return null;
    return checkResult(await this.readJson(RESULT_FILE), this.path(RESULT_FILE));
  }

  /** Makes a finished run, if it is one, a run that goes on. */
  async removeResult(): Promise<void> {
    await rm(this.path(RESULT_FILE), { force: true });
  }

  /** A run of which nothing is known but that it was begun: `metrics` may be empty. */
  async readSoFar(): Promise<RunSoFar> {
    if (await this.has(RESULT_FILE)) return this.read();
    const config = checkConfig((await this.readConfig()).config, this.path(CONFIG_FILE));
    const metrics = await this.readMetrics();
    return { config, metrics, ...(await this.#steps()), result: null, ...(await this.#builtNetwork()) };
  }

  async #steps(): Promise<Pick<RunSoFar, 'steps'>> {
    const steps = await readSteps(this.path(STEPS_FILE));
    return steps.length === 0 ? {} : { steps: stepMeans(steps, STEPS_TO_DRAW) };
  }

  async #builtNetwork(): Promise<Pick<RunSoFar, 'network'>> {
    const stored = await this.readNetwork();
    return stored === null ? {} : { network: stored.network };
  }

  async readConfig(): Promise<StoredConfig> {
    const written = await this.readJson(CONFIG_FILE);
    return { written, config: migrateConfig(written, this.path(CONFIG_FILE)) };
  }

  async readJson(name: string): Promise<Record<string, unknown>> {
    const text = await readText(this.path(name));
    if (text === null) throw new Failure(`${this.dir} is not a run folder: it has no ${name}`);
    return parseObject(text, this.path(name));
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

/** Cuts a file in place: takes no room on a full disk. */
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

/** Null when there is no such file. */
async function readBytes(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (error) {
    if (isAbsence(error)) return null;
    throw new Failure(`cannot read ${file}: ${messageOf(error)}`);
  }
}

async function readText(file: string): Promise<string | null> {
  const bytes = await readBytes(file);
  return bytes === null ? null : textOf(bytes, file);
}

function textOf(bytes: Uint8Array, file: string): string {
  try {
    return plain.decodeUtf8(bytes);
  } catch (error) {
    throw new Failure(`${file} is damaged: it ${messageOf(error)}`);
  }
}
