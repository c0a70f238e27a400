/** The commands' work as functions: nothing is written but files in the folder, and everything is told to listeners. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  compareRuns,
  diffRuns,
  evaluateRun,
  type ModelFunction,
  readRun,
  type TrainRunOptions,
  trainRun,
  UsageError,
} from '../index.js';

const folder = mkdtempSync(join(tmpdir(), 'kestirme-program-'));
afterAll(() => rmSync(folder, { recursive: true }));

const place = (name: string) => join(folder, name);
const small = { limit: '40,10', batch: 10, model: 'mlp', widths: '12,8', timeSteps: 1, epochs: 2, threads: 1 } as const;
const options = (out: string, more: TrainRunOptions = {}): TrainRunOptions => ({ ...small, out: place(out), ...more });

describe('a program', () => {
  const outputs = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, 'write'));
  beforeEach(() => {
    for (const output of outputs) output.mockClear();
  });
  afterEach(() => {
    for (const output of outputs) expect(output).not.toHaveBeenCalled();
  });

  it('trains, reads, measures and compares', async () => {
    const [steps, epochs, notes]: [number[], number[], string[]] = [[], [], []];
    const run = await trainRun(options('a'), {
      onStep: ({ iteration }) => steps.push(iteration),
      onEpoch: ({ testAccuracy }) => epochs.push(testAccuracy),
      onNote: (text) => notes.push(text),
    });
    expect(run).toMatchObject({ dir: place('a'), finished: true, config: { lr: 0.1 }, result: { epochs: 2 } });
    expect([steps, epochs]).toEqual([[0, 1, 2, 3, 0, 1, 2, 3], run.metrics.map(({ testAccuracy }) => testAccuracy)]);
    expect(notes[0]).toContain('evolution, seed 0: mlp');
    expect((await readRun(place('a'))).result).toEqual(run.result);
    const measured = await evaluateRun(place('a'), { threads: 1 });
    expect(measured).toMatchObject({ finished: true, testAccuracy: epochs[1], images: 10 });
    await trainRun(options('b', { lr: 0.2 }));
    const { same, verdict } = await diffRuns(place('a'), place('b'));
    expect([same, verdict]).toEqual([false, expect.stringContaining('other configuration: lr 0.1 vs 0.2')]);
  });

  it('ends a run by its signal, and goes on to the same bits', async () => {
    const controller = new AbortController();
    const stopped = await trainRun(options('stopped'), {
      signal: controller.signal,
      onStep: ({ epoch, iteration }) => epoch === 1 && iteration === 1 && controller.abort(),
    });
    expect(stopped).toMatchObject({ finished: false, result: null, metrics: { length: 1 } });
    const { result } = await trainRun({ out: place('stopped'), resume: true, threads: 1 });
    expect(result?.weightsSha256).toBe((await readRun(place('a'))).result?.weightsSha256);
  });

  it('brings a network of its own, which its folder keeps', async () => {
    const { model: _, widths: __, ...rest } = small;
    const mine: ModelFunction = ({ NetworkBuilder, ...more }) =>
      new NetworkBuilder(more).linear({ outFeatures: 8 }).lif();
    const own = { ...rest, method: 'vanilla', out: place('own') } as const;
    const { result } = await trainRun({ ...own, model: mine, epochs: 1 });
    const built = vi.fn(mine);
    const more = await trainRun({ out: place('own'), resume: true, model: built, epochs: 2, threads: 1 });
    expect([more.result?.epochs, built.mock.calls]).toEqual([2, []]);
    // Its network.json is a model, too.
    const again = await trainRun({ ...own, out: place('own2'), model: place('own/network.json'), epochs: 1 });
    expect(again.result?.weightsSha256).toBe(result?.weightsSha256);
  });

  it('compares methods', async () => {
    const { model, timeSteps, ...rest } = small;
    const { comparison } = await compareRuns({
      ...rest,
      models: [model],
      timeSteps: [timeSteps],
      out: place('compare'),
    });
    expect(comparison?.methods.map(({ method }) => method)).toEqual(['vanilla', 'shortcut', 'evolution']);
    expect(existsSync(place('compare/report.html'))).toBe(true);
  });

  it('is told what is wrong, by the option', async () => {
    const wrong = async (more: object) => trainRun(options('wrong', more)).catch((error: unknown) => error);
    for (const [more, message] of [
      [{ lr: -1 }, 'trainRun: lr: -1 is not a number above 0'],
      [{ learningRate: 1 }, 'trainRun: learningRate is no option'],
      [{ model: 'resnt20' }, "trainRun: model: 'resnt20' is not one of"],
      [{ resume: true }, 'holds no run'],
      [{ batch: 50 }, 'trainRun: batch: 50 is more than the 40 training images'],
    ] as const) {
      const error = await wrong(more);
      expect(error).toBeInstanceOf(UsageError);
      expect((error as Error).message).toContain(message);
    }
    expect(existsSync(place('wrong'))).toBe(false);
  });
});
