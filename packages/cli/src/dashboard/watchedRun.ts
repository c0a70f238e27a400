/** One run folder as it grows, whoever writes it. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { EpochPoint, HistogramsAnswer, LayersAnswer, RunInfo, StepPoint } from '@kestirme/dashboard';
import { isAbsence, messageOf } from '../errors.js';
import { METRICS_FILE, RESULT_FILE, STEPS_FILE } from '../run/fileNames.js';
import { RunFolder } from '../run/folder.js';
import { isHeld } from '../run/lock.js';
import { parseStep, type StepRecord, stepMeans } from '../run/stepLog.js';
import { digestOf, type EpochDigest, histogramIn, type LayerNames, layerNames, parseEpoch } from './epochDigest.js';
import { StepRate } from './stepRate.js';
import { lineAt, Tail } from './tail.js';

/** Steps that a page is given of those before it came: a curve has no more points to be told apart. */
const STEPS_AT_ONCE = 400;
const MOST_HISTOGRAMS = 30;

/** News of one look. */
export interface RunNewsOfLook {
  info: boolean;
  /** There is more in the files than one look reads. */
  more: boolean;
  epochs: { from: number; points: EpochPoint[] } | null;
  steps: { replace: boolean; points: StepPoint[] } | null;
}

export class WatchedRun {
  readonly id: string;
  readonly folder: RunFolder;
  readonly #metrics: Tail;
  readonly #stepLines: Tail;
  readonly #rate: StepRate;
  readonly #epochs: EpochDigest[] = [];
  readonly #steps: StepRecord[] = [];
  #names: LayerNames = { parameters: [], neurons: [] };
  #info: RunInfo;
  #problem: string | null = null;

  constructor(id: string, dir: string, now: () => number) {
    this.id = id;
    this.folder = new RunFolder(dir);
    this.#metrics = new Tail(join(dir, METRICS_FILE));
    this.#stepLines = new Tail(join(dir, STEPS_FILE));
    this.#rate = new StepRate(now);
    this.#info = {
      ...{ id, name: dir, config: {}, state: 'stopped', own: false, epochsDone: 0, stepsDone: 0, stepsPerEpoch: null },
      ...{ imagesPerSecond: null, secondsLeft: null, problem: null },
    };
  }

  get info(): RunInfo {
    return this.#info;
  }

  /** All epochs, and as many steps as a curve needs. */
  get points(): { epochs: EpochPoint[]; steps: StepPoint[] } {
    return {
      epochs: this.#epochs.map(({ point }) => point),
      steps: stepMeans(this.#steps, STEPS_AT_ONCE).map(stepPoint),
    };
  }

  /** Looks what came since the last look. Never throws: what is wrong stands in `info`. */
  async look(): Promise<RunNewsOfLook> {
    const news: RunNewsOfLook = { info: false, more: false, epochs: null, steps: null };
    try {
      if (await this.#lookAtEpochs(news)) this.#problem = null;
      await this.#lookAtSteps(news);
    } catch (error) {
      this.#problem = messageOf(error);
    }
    const before = JSON.stringify(this.#info);
    await this.#updateInfo();
    news.info = JSON.stringify(this.#info) !== before;
    return news;
  }

  /** Whether there was something. */
  async #lookAtEpochs(news: RunNewsOfLook): Promise<boolean> {
    const { lines, restarted, more } = await this.#metrics.read();
    news.more ||= more;
    if (restarted) this.#epochs.length = 0;
    const from = this.#epochs.length;
    for (const line of lines) {
      if (line.text.trim() === '') continue;
      try {
        const metrics = parseEpoch(line.text, `${this.#metrics.file}, byte ${line.at}`, this.#epochs.length);
        if (this.#epochs.length === 0) this.#names = layerNames(metrics);
        this.#epochs.push(digestOf(metrics, this.#names, line));
      } catch (error) {
        // Cut back and grown again between two looks, or damaged: a look from the start tells, once it has changed.
        this.#metrics.giveUp();
        this.#epochs.length = 0;
        news.epochs = { from: 0, points: [] };
        throw error;
      }
    }
    if (restarted || lines.length > 0) {
      const points = this.#epochs.slice(from).map(({ point }) => point);
      news.epochs = { from, points };
    }
    return restarted || lines.length > 0;
  }

  async #lookAtSteps(news: RunNewsOfLook): Promise<void> {
    const { lines, restarted, more } = await this.#stepLines.read();
    news.more ||= more;
    if (restarted) this.#steps.length = 0;
    const records = lines.flatMap((line) => parseStep(line.text) ?? []);
    const last = this.#steps.at(-1)?.step ?? -1;
    const first = records[0]?.step ?? last + 1;
    // The file was cut back, and has grown beyond where it was, between two looks.
    const isCut = !restarted && first <= last;
    if (isCut) this.#steps.splice(this.#steps.findIndex(({ step }) => step >= first));
    for (const record of records) this.#steps.push(record);
    if (restarted || isCut) news.steps = { replace: true, points: this.points.steps };
    else if (records.length > 0)
      news.steps = { replace: false, points: stepMeans(records, STEPS_AT_ONCE).map(stepPoint) };
    this.#rate.saw(this.#steps.at(-1)?.step ?? null, restarted || isCut);
  }

  async #updateInfo(): Promise<void> {
    const problem = this.#problem;
    const { dir } = this.folder;
    const { config } = await this.folder.readConfig().catch(() => ({ config: this.#info.config }));
    const finished = await isFile(join(dir, RESULT_FILE));
    const going = !finished && isHeld(dir);
    const last = this.#steps.at(-1);
    const stepsPerEpoch = last?.perEpoch ?? null;
    const speed = going ? this.#rate.stepsPerSecond : null;
    const [epochs, batch] = [numberIn(config, 'epochs'), numberIn(config, 'batch')];
    const left = stepsPerEpoch === null ? null : epochs * stepsPerEpoch - ((last?.step ?? -1) + 1);
    this.#info = {
      ...this.#info,
      ...{ config, problem, state: finished ? 'finished' : going ? 'going' : 'stopped' },
      ...{ epochsDone: this.#epochs.length, stepsDone: (last?.step ?? -1) + 1, stepsPerEpoch },
      imagesPerSecond: speed === null ? null : Number((speed * batch).toPrecision(3)),
      secondsLeft: speed === null || speed === 0 || left === null ? null : Math.round(left / speed),
    };
  }

  layers(from: number): LayersAnswer {
    const epochs = this.#epochs.slice(from).map(({ norms, zeroShares, rates }) => ({ norms, zeroShares, rates }));
    return { ...this.#names, from, epochs };
  }

  /** Null where the run has no such parameter. */
  async histograms(layer: string): Promise<HistogramsAnswer | null> {
    const every = Math.max(1, Math.ceil(this.#epochs.length / MOST_HISTOGRAMS));
    const chosen = this.#epochs.filter((_, at) => at % every === 0 || at === this.#epochs.length - 1);
    const epochs: HistogramsAnswer['epochs'] = [];
    let minExponent = 0;
    for (const { point, place } of chosen) {
      const line = await lineAt(this.#metrics.file, place);
      const one = histogramIn(parseEpoch(line, `${this.#metrics.file}, byte ${place.at}`, point.epoch), layer);
      if (one === null) return null;
      minExponent = one.minExponent;
      epochs.push(one.found);
    }
    return { minExponent, epochs };
  }
}

const stepPoint = ({ step, loss, lossMain, accuracy, accuracyMain, lr, lambda }: StepRecord): StepPoint =>
  [
    ...[step, Number(loss.toPrecision(6)), Number(accuracy.toPrecision(5))],
    ...[Number(accuracyMain.toPrecision(5)), lr, lambda],
    lossMain === undefined ? null : Number(lossMain.toPrecision(6)),
  ] as StepPoint;

function numberIn(config: Record<string, unknown>, key: string): number {
  const value = config[key];
  return typeof value === 'number' ? value : 0;
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isFile(),
    (error: unknown) => {
      if (isAbsence(error)) return false;
      throw error;
    },
  );
}
