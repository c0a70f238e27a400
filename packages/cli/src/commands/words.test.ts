/** Errors of the library, as somebody meets them who knows the command line only. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runProgram } from '../app.js';
import { Recorder } from '../terminal/recorder.test.support.js';

const folder = mkdtempSync(join(tmpdir(), 'kestirme-words-'));
afterAll(() => rmSync(folder, { recursive: true }));

const small = ['--limit', '30,10', '--batch', '10', '--width', '0.0625', '--T', '1', '--epochs', '1', '--threads', '1'];
const trained = join(folder, 'trained');

async function run(...argv: string[]) {
  const terminal = new Recorder({});
  const code = await runProgram(argv, terminal);
  return { code, out: terminal.output, err: terminal.errors };
}

beforeAll(async () => {
  expect((await run('train', ...small, '--quiet', '--out', trained)).code).toBe(0);
}, 60_000);

it('a run whose numbers explode advises its options', async () => {
  const wild = ['--optimizer', 'adamw', '--lr', '1000', '--weight-decay', '100', '--epochs', '5'];
  const argv = small.filter((_, i) => small[i - 1] !== '--epochs' && small[i] !== '--epochs').concat(wild);
  const { code, err } = await run('train', ...argv, '--out', join(folder, 'wild'));
  expect(err).toMatch(
    /the same numbers: start one with a lower --lr, a longer --warmup, a lower --weight-decay or with --clip\.\n$/,
  );
  expect(code).toBe(1);
}, 60_000);

it('a run that goes on with an edited config.json names the option', async () => {
  const dir = join(folder, 'edited');
  cpSync(trained, dir, { recursive: true });
  rmSync(join(dir, 'result.json'));
  const edit = (changes: object) => {
    const config = JSON.parse(readFileSync(join(trained, 'config.json'), 'utf8'));
    writeFileSync(join(dir, 'config.json'), JSON.stringify({ ...config, ...changes }));
    return run('train', '--resume', '--out', dir, '--threads', '1', '--quiet');
  };
  expect((await edit({ lr: 0.05 })).err).toContain("not the checkpoint's: --lr is 0.1 in the checkpoint and 0.05 here");
  expect((await edit({ momentum: 0.5 })).err).toContain('--momentum is 0.9 in the checkpoint and 0.5 here');
  expect((await edit({ threshold: 1 })).err).toContain('--threshold is 0.5 in the checkpoint and 1 here');
  expect((await edit({ surrogate: 'tanh:3' })).err).toContain(
    '--surrogate (kind) is "rectangle" in the checkpoint and',
  );
  expect((await edit({ timeSteps: 2 })).err).toContain('--time-steps is 1 in the checkpoint and 2 here');
}, 60_000);

it.each<[string[], string]>([
  [['train', '--threshold', '1e-50'], 'stem.lif: --threshold must be a number above 0, got 1e-50'],
  [['train', '--surrogate', 'rectangle:1e-50'], 'stem.lif: --surrogate (width) must be a number above 0, got 1e-50'],
  [['train', '--lr', '1e-50'], '--lr must be a number above 0, got 1e-50, which is 0 in 32 bits'],
  [['train', '--label-smoothing', '1'], '--label-smoothing must be a number from 0 to below 1, got 1'],
  [['train', '--clip', '1e39'], '--clip must be a number from 0 up, got 1e+39'],
  [['train', '--momentum', '0.99999999999'], '--momentum must be a number from 0 to below 1, got 0.99999999999'],
  [['train', '--schedule', 'step:1:1e-50'], '--schedule (factor) must be a number above 0'],
  [['train', '--heads', 'stage9'], '--heads: there is no tap "stage9"; there are stage1.block1,'],
  [['train', '--limit', '7000,10'], '--limit of the training images must be an integer from 1 to 6000, got 7000'],
  [['train', '--validation', '6000'], '--validation must be a number of training images'],
  [['train', '--memory-limit', '20MiB'], '(--batch), or the batch of 50 in micro-batches of'],
  [['compare', '--memory-limit', '2MiB'], 'as asked for (--memory-limit)'],
  [['inspect', 'resnet20', '--input', '3,32,2000'], 'take a smaller image or a larger stride'],
  [
    ['inspect', 'resnet20', '--profile', '--data', 'builtin', '--limit', '20,4', '--batch', '50'],
    '--batch must be an integer from 1 to 20, got 50',
  ],
])('%j', async (argv, message) => {
  const out = ['train', 'compare'].includes(argv[0] ?? '') ? ['--out', join(folder, 'none'), '--force'] : [];
  const { code, err } = await run(...argv, '--threads', '1', ...out, ...(argv[0] === 'train' ? ['--quiet'] : []));
  expect(err).toContain(message);
  expect(err).not.toContain('`');
  expect(code).toBeGreaterThan(0);
});

it('evaluate knows no batch, and asks for none', async () => {
  expect((await run('evaluate', trained, '--limit', '5,10', '--threads', '1')).code).toBe(0);
  // Weights of more than 1 MiB, the least limit there is.
  const wide = join(folder, 'wide');
  const argv = ['--model', 'resnet18', '--width', '0.25', '--limit', '10,10', '--batch', '10', '--T', '1'];
  await run('train', ...argv, '--epochs', '1', '--threads', '1', '--quiet', '--out', wide);
  const { code, err } = await run('evaluate', wide, '--memory-limit', '1MiB', '--threads', '1');
  expect([code, err]).toEqual([
    1,
    'kestirme: as it was trained, with 10 images at a time, the run needs more memory than it may have: ' +
      'the limit is 1.00 MiB, as asked for (--memory-limit)\n',
  ]);
});
