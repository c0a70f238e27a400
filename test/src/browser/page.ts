/** The script of the page: what a test calls there, with plain data in and out. */
import { fixedData, fixedNetwork, fixedOptions } from '@kestirme/cli/verify';
import { bytesStream, createLoader, eventFormats } from '@kestirme/datasets';
import { type Batch, createEngine, createInlineEngine, type Engine, type EngineOptions } from 'kestirme';
import { someDigits, trainOnDigits } from './digits.js';
import { type FixedCell, runFixedCell } from './fixedCell.js';

export interface PageCalls {
  runFixedCell(options: EngineOptions, workers: number): Promise<FixedCell>;
  runInline(options: EngineOptions): Promise<FixedCell>;
  someDigits: typeof someDigits;
  trainOnDigits: typeof trainOnDigits;
  /** How many events a recording of AEDAT 4 has. */
  countEvents(recording: number[]): Promise<number>;
  /** Starts an engine and a loader with `workers` threads, which `close` ends. */
  open(options: EngineOptions, workers: number): Promise<void>;
  /** Two steps, of which the engine cannot do the first. Returns the messages of both failures. */
  breakOff(): Promise<string[]>;
  close(): Promise<void>;
}

declare global {
  var kestirmePage: PageCalls;
}

const place = { epoch: 0, iteration: 0, iterationsPerEpoch: 1, headWeights: null, probe: false };
const closers: (() => Promise<void>)[] = [];
let opened: { engine: Engine; batch: Batch } | null = null;

globalThis.kestirmePage = {
  runFixedCell: (options, workers) => runFixedCell(options, workers),
  runInline: (options) => runFixedCell(options, 0, createInlineEngine),

  someDigits,
  trainOnDigits,

  async countEvents(recording) {
    const format = eventFormats.find(({ name }) => name === 'aedat4');
    let count = 0;
    const stream = bytesStream('recording.aedat4', Uint8Array.from(recording));
    for await (const { size } of format?.read(stream) ?? []) count += size;
    return count;
  },

  async open(options, workers) {
    const data = createLoader(fixedData(), { batchSize: 4, seed: 0, workers });
    const engine = await createEngine(options);
    closers.push(data.close, () => engine.close());
    const { mean, std } = data.info;
    await engine.load({ network: fixedNetwork(), training: fixedOptions(), mean, std });
    for await (const batch of data.trainBatches(0)) {
      opened = { engine, batch };
      break;
    }
  },

  async breakOff() {
    if (opened === null) throw new Error('nothing is open');
    const { engine, batch } = opened;
    const failure = () =>
      engine.trainStep(batch, place).then(
        () => 'no failure',
        ({ message }: Error) => message,
      );
    return [await failure(), await failure()];
  },

  async close() {
    for (const close of closers.splice(0)) await close();
    opened = null;
  },
};
