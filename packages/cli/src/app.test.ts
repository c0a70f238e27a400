import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runProgram } from './app.js';
import { lockFolder } from './run/lock.js';
import { Recorder } from './terminal/recorder.test.support.js';

const folder = mkdtempSync(join(tmpdir(), 'kestirme-app-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Seconds: every run here is some steps of a small network. */
const SMALL = ['--limit', '60,20', '--batch', '10', '--width', '0.25', '--T', '1', '--threads', '1'];

async function run(argv: string[], env: Record<string, string> = {}) {
  const terminal = new Recorder({ env });
  const code = await runProgram(argv, terminal);
  return { code, out: terminal.output, err: terminal.errors };
}

function json(...path: string[]) {
  return JSON.parse(readFileSync(join(folder, ...path), 'utf8'));
}

describe('usage', () => {
  it.each([
    [['trian'], "there is no command 'trian'; did you mean 'train'?"],
    [['zzzzzzzz'], 'there are start, train'],
    [['--lr', '1'], 'a command comes first'],
    [['train', 'x'], "unexpected 'x'; usage: kestirme train"],
    [['evaluate'], 'RUN, a run folder, is missing'],
    [['inspect', 'resnet21'], "MODEL: 'resnet21' is not one of"],
    [['data', 'got', 'mnist'], "did you mean 'get'?"],
    [['data', 'get'], 'NAME is missing'],
    [['data', 'get', 'builtin'], "'builtin' comes with the program"],
    [['train', '--resume'], '--resume needs --out DIR'],
    [['train', '--resume', '--out', join(folder, 'none')], 'holds no run'],
    [['train', '--resume', '--force', '--out', folder], 'take one of them'],
    [['train', '--batch', '7000'], 'the nearest valid value is 6000'],
    [['train', '--limit', '6001,10'], '--limit of the training images must be an integer from 1 to 6000'],
    [['report', 'a', 'b'], 'several folders need --out FILE'],
  ])('%j: one line on standard error, exit code 2', async (argv, message) => {
    const { code, out, err } = await run(argv);
    expect(err).toContain(message);
    expect(err).toMatch(/^kestirme: [^\n]+\n$/);
    expect([code, out]).toEqual([2, '']);
  });

  it('failures: exit code 1, and a stack for those who ask', async () => {
    const argv = ['evaluate', join(folder, 'none')];
    expect(await run(argv)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^kestirme: there is no folder [^\n]*\n$/),
    });
    expect((await run(argv, { KESTIRME_DEBUG: '1' })).err).toMatch(/\n {4}at /);
  });

  it('help and version', async () => {
    expect((await run(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect((await run(['help', 'compare'])).out).toContain('--seeds');
    expect((await run(['train', '--lr', 'x', '--help'])).out).toContain('--weight-decay');
    expect(await run([])).toMatchObject({ code: 2, out: expect.stringContaining('kestirme COMMAND --help') });
  });
});

describe('train', () => {
  const dir = join(folder, 'run');

  it('fills a run folder', async () => {
    const { code, out, err } = await run(['train', ...SMALL, '--epochs', '2', '--out', dir, '--json']);
    expect(err).toContain('memory plan: ');
    expect(err).toContain('epoch 2/2  train loss');
    expect(code).toBe(0);
    const result = json('run', 'result.json');
    expect(JSON.parse(out)).toEqual(result);
    expect(result).toMatchObject({ method: 'evolution', dataset: 'builtin', model: 'resnet20', seed: 0, epochs: 2 });
    expect(result).toMatchObject({ threads: 1, timeSteps: 1, weightsSha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const lines = readFileSync(join(dir, 'metrics.jsonl'), 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).epoch)).toEqual([0, 1]);
    expect(JSON.parse(lines[1] ?? '').testAccuracy).toBe(result.testAccuracy);
    expect(json('run', 'config.json')).toMatchObject({ schema: 3, heads: 'stages', batch: 10, microBatch: 10 });
    expect(readFileSync(join(dir, 'report.html'), 'utf8')).toMatch(/^<!doctype html>/);
  }, 60_000);

  it('is measured again by evaluate', async () => {
    const { out } = await run(['evaluate', dir, '--json', '--threads', '1']);
    const result = json('run', 'result.json');
    expect(JSON.parse(out)).toMatchObject({
      testAccuracy: result.testAccuracy,
      weightsSha256: result.weightsSha256,
      images: 20,
    });
  }, 60_000);

  it('refuses the folder a second time, and tells that a resumed run has finished', async () => {
    expect(await run(['train', ...SMALL, '--out', dir])).toMatchObject({
      code: 2,
      err: expect.stringContaining('--force'),
    });
    expect(await run(['train', '--resume', '--out', dir, '--lr', '0.2'])).toMatchObject({ code: 2 });
    const again = await run(['train', '--resume', '--out', dir]);
    expect(again).toMatchObject({ code: 0, err: expect.stringContaining('has finished: 2 epochs') });
    expect(again.out).toContain(json('run', 'result.json').weightsSha256);
  }, 60_000);

  it('ends at Ctrl-C with a checkpoint, and goes on to the same bits', async () => {
    const stopped = join(folder, 'stopped run');
    const terminal = new Recorder();
    const note = terminal.error.write;
    terminal.error.write = (text) => {
      note(text);
      // The first epoch is over; the second has begun or is about to.
      if (text.startsWith('epoch 1/2')) process.emit('SIGINT');
    };
    const code = await runProgram(['train', ...SMALL, '--epochs', '2', '--out', stopped], terminal);
    expect(code).toBe(130);
    expect(terminal.errors).toContain(`to go on: npx kestirme train --resume --out '${stopped}'`);
    expect(existsSync(join(stopped, 'checkpoint.safetensors'))).toBe(true);
    expect(existsSync(join(stopped, 'result.json'))).toBe(false);
    expect(readFileSync(join(stopped, 'report.html'), 'utf8')).toContain('(1 of 2 epochs)');
    rmSync(join(stopped, 'report.html'));
    expect(await run(['report', stopped])).toMatchObject({ code: 0 });
    expect(readFileSync(join(stopped, 'report.html'), 'utf8')).toContain('(1 of 2 epochs)');
    const { code: second } = await run(['train', '--resume', '--out', stopped]);
    expect(second).toBe(0);
    const [whole, resumed] = [json('run', 'result.json'), json('stopped run', 'result.json')];
    expect(resumed.weightsSha256).toBe(whole.weightsSha256);
  }, 60_000);

  it('falls back on the previous checkpoint when the newest is damaged, and says so', async () => {
    const damaged = join(folder, 'damaged run');
    cpSync(join(folder, 'stopped run'), damaged, { recursive: true });
    rmSync(join(damaged, 'result.json'));
    const newest = join(damaged, 'checkpoint.safetensors');
    const bytes = readFileSync(newest);
    bytes[bytes.length - 1] = 255 - (bytes.at(-1) ?? 0);
    writeFileSync(newest, bytes);
    const fallsBack = expect.stringMatching(
      /checkpoint\.safetensors is damaged: .*; falling back on .*checkpoint\.previous\.safetensors, after 1 epoch/,
    );
    expect(await run(['evaluate', damaged])).toMatchObject({ code: 0, err: fallsBack });
    expect(await run(['train', '--resume', '--out', damaged, '--threads', '3'])).toMatchObject({
      code: 0,
      err: fallsBack,
    });
    expect(json('damaged run', 'result.json').weightsSha256).toBe(json('run', 'result.json').weightsSha256);
    const untimed = (dir: string) =>
      readFileSync(join(dir, 'metrics.jsonl'), 'utf8').replace(/"(seconds|imagesPerSecond|waitShare)":[^,]*/g, '');
    expect(untimed(damaged)).toBe(untimed(dir));
  }, 60_000);

  it('says what is wrong when both checkpoints are damaged', async () => {
    for (const name of ['checkpoint.safetensors', 'checkpoint.previous.safetensors']) {
      writeFileSync(join(folder, 'stopped run', name), 'x'.repeat(100));
    }
    const { code, err } = await run(['evaluate', join(folder, 'stopped run')]);
    expect(code).toBe(1);
    expect(err).toMatch(/^kestirme: .*checkpoint\.safetensors.*checkpoint\.previous\.safetensors[^\n]*\n$/);
  });

  it('is refused in a folder that a process trains in', async () => {
    const busy = join(folder, 'busy run');
    cpSync(dir, busy, { recursive: true });
    rmSync(join(busy, 'result.json'));
    const lock = await lockFolder(busy);
    const argv = ['train', '--resume', '--out', busy, '--threads', '1'];
    expect(await run(argv)).toMatchObject({
      code: 1,
      err: expect.stringContaining(`is in use by process ${process.pid}`),
    });
    lock.release();
    expect((await run(argv)).code).toBe(0);
    expect(existsSync(join(busy, 'run.lock'))).toBe(false);
  }, 60_000);

  it('claims no folder for what cannot be built', async () => {
    const none = join(folder, 'never');
    const { code, err } = await run(['train', '--heads', 'stage9', '--out', none]);
    expect(err).toContain('there is no tap "stage9"');
    expect(code).toBe(2);
    expect(existsSync(none)).toBe(false);
  });
});

describe('compare', () => {
  const dir = join(folder, 'comparison');

  it('trains what is missing and sets the runs side by side', async () => {
    const argv = ['compare', ...SMALL, '--epochs', '1', '--methods', 'vanilla,evolution', '--out', dir];
    const first = await run(argv);
    expect(first).toMatchObject({ code: 0, out: expect.stringMatching(/^\nmethod .*\n-.*\nvanilla .*\nevolution /) });
    expect(first.err).toContain('\nwarning: lambda stays where it starts, evo-ratio-mean at 0.25: ');
    expect(first.err.match(/take more --epochs, or a --lambda that moves per iteration\n/g)).toHaveLength(1);
    expect(json('comparison', 'compare.json').methods).toHaveLength(2);
    const kept = readFileSync(join(dir, 'vanilla-seed0', 'result.json'), 'utf8');
    const more = await run(['compare', '--resume', '--out', dir, '--seeds', '0,1', '--json']);
    expect(more.err).toContain('run 1 of 4: vanilla, seed 0');
    expect(more.err.match(/finished before/g)).toHaveLength(2);
    expect(JSON.parse(more.out).runs).toHaveLength(4);
    expect(readFileSync(join(dir, 'vanilla-seed0', 'result.json'), 'utf8')).toBe(kept);
  }, 120_000);

  it('of a version that had one network goes on with more', async () => {
    const old = json('comparison', 'config.json');
    const { models, timeSteps, ...rest } = old;
    const file = join(dir, 'config.json');
    writeFileSync(file, JSON.stringify({ ...rest, model: models[0], timeSteps: timeSteps[0] }));
    expect(await run(['report', dir])).toMatchObject({ code: 0 });
    const argv = ['compare', '--resume', '--out', dir, '--models', 'resnet20,plain32', '--methods', 'vanilla'];
    const { code, out, err } = await run(argv);
    expect(code).toBe(0);
    expect(err).toContain('4 runs: 2 networks x 1 T x 1 method x 2 seeds, 1 epoch each; 2 of them finished already');
    expect(existsSync(join(dir, 'plain32-T1-vanilla-seed1', 'result.json'))).toBe(true);
    expect(existsSync(join(dir, 'resnet20-T1-vanilla-seed0'))).toBe(false);
    expect(out).toMatch(/\nnetwork +layers +T +vanilla\n[^\n]+\nresnet20 +20 +1 [^\n]+\nplain32 +32 +1 /);
    expect(json('comparison', 'compare.json').table.rows).toHaveLength(2);
    expect(readFileSync(join(dir, 'report.html'), 'utf8')).toContain('<h2 id="networks">');
    const refused = await run(['compare', '--resume', '--out', dir, '--width', '0.5']);
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('--width: 0.5 differs from 0.25') });
  }, 120_000);

  it('is no run', async () => {
    expect((await run(['train', '--resume', '--out', dir])).err).toContain('kestirme compare --resume');
    expect((await run(['compare', '--resume', '--out', join(folder, 'run')])).err).toContain('kestirme train --resume');
    expect((await run(['evaluate', dir])).err).toContain('name the folder of one of its runs');
  });

  it('is reported together with other runs', async () => {
    const file = join(folder, 'together.html');
    expect(await run(['report', dir, join(folder, 'run'), '--out', file])).toMatchObject({ code: 0, out: `${file}\n` });
    expect(readFileSync(file, 'utf8')).toContain('</html>');
  });
});

describe('inspect and data list', () => {
  it('show the network of the literature and what there is to train on', async () => {
    const { out } = await run(['inspect', 'resnet18', '--batch', '4']);
    expect(out).toContain('11,173,962');
    expect(out).toContain('memory plan: ');
    const listed = JSON.parse((await run(['inspect', 'resnet20', '--heads', 'none', '--batch', '1', '--json'])).out);
    expect(listed.description.parameters).toBe(272_474);
    expect((await run(['data', 'list'])).out).toContain('cifar100');
  }, 60_000);

  it('show where the time of a step goes', async () => {
    const small = ['inspect', 'resnet20', '--width', '0.25', '--T', '1', '--batch', '4', '--threads', '1', '--profile'];
    const { out, code } = await run([...small, '--input', '1,8,8', '--steps', '2']);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^training step: [\d.]+ ms, [\d.]+ images\/s\n\(4 images, .* on wasm simd128, median of 2 steps\)\n/,
    );
    expect(out).toMatch(/\n(stem|stage)[\w.]+ +conv2d /);
    expect(out).toMatch(/\n +everything else +[\d.]+ +[\d.]+ %/);
    expect(out).toMatch(/\nconv2d input gradient +[\d.]+ /);
    const more = ['--data', 'builtin', '--limit', '20,4', '--train-first', '2', '--mode', 'evaluation', '--steps', '1'];
    const { network, profile } = JSON.parse((await run([...small, ...more, '--json'])).out);
    expect(network.input).toEqual({ channels: 1, height: 32, width: 32 });
    expect(profile).toMatchObject({ mode: 'evaluation', steps: 1, batch: 4 });
    const kernels = new Set(profile.rows.map((row: { kernel: string }) => row.kernel));
    expect(kernels).toContain('neurons forward');
    expect(kernels).not.toContain('neurons backward');
  }, 60_000);
});
