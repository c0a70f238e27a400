/** Runs whose epochs are judged by images held out of training: best epoch, early end, one test, and all of it resumed. */
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeCheckpoint, weightsSha256 } from 'kestirme';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../app.js';
import { Recorder } from '../terminal/recorder.test.support.js';

const folder = mkdtempSync(join(tmpdir(), 'kestirme-validation-'));
afterAll(() => rmSync(folder, { recursive: true }));

const at = (...names: string[]) => join(folder, ...names);
const json = (...names: string[]) => JSON.parse(readFileSync(at(...names), 'utf8'));
const lines = (name: string) =>
  readFileSync(at(name, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
const accuracies = (name: string): number[] => lines(name).map((line) => line.testAccuracy);

async function run(...argv: string[]) {
  const terminal = new Recorder({});
  const code = await runProgram(argv, terminal);
  return { code, out: terminal.output, err: terminal.errors };
}

const small = ['--limit', '100,60', '--batch', '20', '--T', '1', '--model', 'mlp', '--widths', '24,16'];
const session = ['--threads', '1', '--out'];
const train = (out: string, ...argv: string[]) => run('train', ...small, ...argv, ...session, at(out));
const resume = (out: string, ...argv: string[]) => run('train', '--resume', ...argv, ...session, at(out));
const evaluateJson = async (name: string, ...argv: string[]) =>
  JSON.parse((await run('evaluate', at(name), ...argv, '--threads', '1', '--json')).out);
const sum = (table: Record<string, Record<string, number>>) =>
  Object.values(table)
    .flatMap((row) => Object.values(row))
    .reduce((total, count) => total + count, 0);
/** Share on the diagonal. */
const right = (table: Record<string, Record<string, number>>) =>
  Object.entries(table).reduce((total, [name, row]) => total + (row[name] ?? 0), 0) / sum(table);

/** As the run ends, without how long it took. */
function outcome(name: string) {
  const { imagesPerSecond, peakMemoryBytes, fingerprint, ...result } = json(name, 'result.json');
  return { result, metrics: lines(name).map(({ seconds, imagesPerSecond, waitShare, ...line }) => line) };
}

describe('a share of the training images', () => {
  let told = { out: '', err: '' };
  beforeAll(async () => {
    // A rate at which epochs become worse, too.
    const { code, ...rest } = await train('run', '--validation', '0.3:5', '--epochs', '5', '--lr', '0.6');
    told = rest;
    expect(code).toBe(0);
  });

  it('judges the epochs, of which the best is tested', async () => {
    const {
      testAccuracy,
      validationAccuracy,
      best,
      epochs,
      confusion,
      weightsSha256: last,
    } = json('run', 'result.json');
    const judged = accuracies('run');
    expect(lines('run').map((line) => line.judgedBy)).toEqual(new Array(5).fill('validation'));
    expect([epochs, validationAccuracy]).toEqual([5, judged[4]]);
    expect(best).toMatchObject({ epoch: judged.indexOf(Math.max(...judged)), accuracy: Math.max(...judged) });
    // Of 30 images held out, and of 60 to test with.
    expect(judged.every((one) => Number.isInteger(Math.round(one * 30e6) / 1e6))).toBe(true);
    expect([sum(confusion), right(confusion)]).toEqual([60, testAccuracy]);
    const checkpoint = await decodeCheckpoint(readFileSync(at('run', 'best.safetensors')));
    expect(checkpoint.position).toEqual({ epoch: best.epoch + 1, iteration: 0 });
    expect(await weightsSha256(checkpoint.state)).toBe(best.weightsSha256);
    // Else the next tests would tell nothing.
    expect(best.epoch).toBeLessThan(4);
    expect(best.weightsSha256).not.toBe(last);
  });

  it('is said in words', () => {
    expect(told.err).toContain('epochs judged by 30.00 % held out of training, drawn by seed 5');
    expect(told.err).toMatch(/validation loss [\d.]+, accuracy/);
    expect(told.err).not.toContain('test loss');
    const { best } = json('run', 'result.json');
    expect(told.err).toContain(`testing epoch ${best.epoch + 1}, the best by validation, on 60 test images`);
    expect(told.out).toMatch(
      new RegExp(`^test accuracy [\\d.]+ % of epoch ${best.epoch + 1}, the best of 5 epochs by validation \\(`),
    );
    expect(readFileSync(at('run', 'report.html'), 'utf8')).toContain('Epochs were judged by training images held out');
  });

  it('leaves the test images to evaluations, of the best weights or the last', async () => {
    const { testAccuracy, best, confusion, weightsSha256: last } = json('run', 'result.json');
    expect(await evaluateJson('run', '--best')).toMatchObject({
      ...{ testAccuracy, weightsSha256: best.weightsSha256, images: 60, confusion },
      checkpoint: { file: 'best.safetensors', epoch: best.epoch + 1, iteration: 0 },
    });
    expect(await evaluateJson('run')).toMatchObject({ weightsSha256: last, images: 60 });
    expect((await run('evaluate', at('run'), '--best', '--threads', '1')).out).toContain(
      `best    epoch ${best.epoch + 1}`,
    );
  });

  it('comes to the same end when the run is resumed before it, or before the test', async () => {
    const expected = outcome('run');
    for (const back of [0, 1]) {
      cpSync(at('run'), at(`again${back}`), { recursive: true });
      rmSync(at(`again${back}`, 'result.json'));
      if (back === 1) {
        renameSync(at('again1', 'checkpoint.previous.safetensors'), at('again1', 'checkpoint.safetensors'));
      }
      expect(await resume(`again${back}`)).toMatchObject({ code: 0 });
      expect(outcome(`again${back}`)).toEqual(expected);
    }
  });

  it('is part of the fingerprint, with its seed', async () => {
    await train('other', '--validation', '0.3', '--epochs', '1', '--lr', '0.6');
    expect(lines('other')[0].trainLoss).not.toBe(lines('run')[0].trainLoss);
    const configuration = (name: string) => json(name, 'result.json').fingerprint.configuration.results;
    expect(configuration('other')).not.toBe(configuration('run'));
    expect((await resume('run', '--validation', '0.3:4')).err).toContain('--validation: 0.3:4 differs from 0.3:5');
  });

  it('needs the best weights for its test, and says so when they are lost', async () => {
    cpSync(at('run'), at('lost'), { recursive: true });
    for (const name of ['result.json', 'best.safetensors']) rmSync(at('lost', name));
    const { code, err } = await resume('lost');
    expect([code, err]).toEqual([1, expect.stringMatching(/best\.safetensors is not there.*best epoch, number \d/)]);
    expect(err).toContain('train --force --config');
    expect((await run('evaluate', at('lost'), '--best')).err).toContain('has kept no weights of a best epoch');
    cpSync(at('other', 'best.safetensors'), at('again0', 'best.safetensors'));
    expect((await run('evaluate', at('again0'), '--best')).err).toMatch(
      /has the weights \w{64}, but .*result\.json says/,
    );
  });
});

describe('patience', () => {
  it('ends the run, which is finished then, and is not begun again', async () => {
    const argv = ['--validation', '0.3:5', '--lr', '0.6', '--patience', '2', '--epochs', '30'];
    const { code, out } = await train('patient', ...argv);
    const { epochs, stopped, best } = json('patient', 'result.json');
    expect([code, stopped, epochs]).toEqual([0, { patience: 2, of: 30 }, best.epoch + 3]);
    expect(epochs).toBeLessThan(30);
    expect(out).toContain(`the best of ${epochs} epochs, ended early: of 30, none better in 2 by validation`);
    expect((await resume('patient')).err).toContain(`has finished: ${epochs} epochs`);
    expect((await resume('patient', '--epochs', '40')).err).toContain(`ended after ${epochs} epochs by its --patience`);
    expect(await run('report', at('patient'))).toMatchObject({ code: 0 });
    const expected = outcome('patient');
    rmSync(at('patient', 'result.json'));
    renameSync(at('patient', 'checkpoint.previous.safetensors'), at('patient', 'checkpoint.safetensors'));
    expect(await resume('patient')).toMatchObject({ code: 0 });
    expect(outcome('patient')).toEqual(expected);
  });

  it('needs images that are held out', async () => {
    const { code, err } = await train('none', '--patience', '2');
    expect([code, err]).toEqual([2, expect.stringContaining('--patience: the test images may not end the run')]);
  });
});

describe('a run without validation', () => {
  it('is tested by its last weights, and tells the best epoch apart', async () => {
    const { out } = await train('plain', '--epochs', '4', '--lr', '0.9');
    const { testAccuracy, best, confusion, validationAccuracy } = json('plain', 'result.json');
    const judged = accuracies('plain');
    expect([testAccuracy, validationAccuracy]).toEqual([judged[3], undefined]);
    expect(best).toMatchObject({ accuracy: Math.max(...judged), judgedBy: 'test' });
    expect([sum(confusion), right(confusion)]).toEqual([60, testAccuracy]);
    expect(Object.keys(confusion)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    if (best.epoch < 3) expect(out).toContain(`after epoch ${best.epoch + 1}, chosen by the test images`);
    expect((await evaluateJson('plain', '--best')).testAccuracy).toBe(best.accuracy);
    // The answers of the last evaluation, which another process has seen.
    rmSync(at('plain', 'result.json'));
    expect(await resume('plain')).toMatchObject({ code: 0 });
    expect(json('plain', 'result.json').confusion).toEqual(confusion);
  });

  it('keeps what a whole number has always meant', async () => {
    await train('number', '--epochs', '1', '--validation', '100');
    expect(json('number', 'config.json').validation).toBe(100);
    const { best, confusion, validationAccuracy } = json('number', 'result.json');
    expect([best.judgedBy, sum(confusion), validationAccuracy]).toEqual(['test', 60, undefined]);
  });
});

it.each([
  ['0.5:x', "'x' is not a whole number"],
  ['1.5', '1.5 is not a whole number'],
  ['10:3', "'10:3' is no number of images, nor a share of them"],
  ['0.1:2:3', "'0.1:2:3' is no number of images, nor a share of them"],
])('--validation %s is refused', async (value, words) => {
  expect((await train('none', '--validation', value)).err).toContain(`--validation: ${words}`);
});
