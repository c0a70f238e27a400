/** What --resume says of options that are not those of the run or comparison in the folder. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../app.js';
import { sampleConfig } from '../run/sample.test.support.js';
import { Recorder } from '../terminal/recorder.test.support.js';

const folder = mkdtempSync(join(tmpdir(), 'kestirme-resume-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...argv: string[]) {
  const terminal = new Recorder({});
  const code = await runProgram(argv, terminal);
  return { code, out: terminal.output, err: terminal.errors };
}

/** The folder of a run with this config.json. */
function folderOf(name: string, config: object): string {
  const dir = join(folder, name);
  mkdirSync(dir);
  writeFileSync(join(dir, 'config.json'), JSON.stringify(config));
  return dir;
}

describe('an option that is not the one of the run is named as it was given, whatever else it does not go with', () => {
  const config = sampleConfig({ batch: 20, microBatch: 20, warmup: 3, limit: '40,10' });
  let dir = '';
  beforeAll(() => {
    dir = folderOf('run', config);
  });

  it.each([
    [['--batch', '10'], '--batch: 10 differs from 20'],
    [['--batch', '50'], '--batch: 50 differs from 20'],
    [['--penalty', 'firing-rate'], '--penalty: firing-rate:strength=0.1,target=0.1 differs from none'],
    [['--micro-batch', '30'], '--micro-batch: 30 differs from 20'],
    [['--method', 'vanilla'], '--method: vanilla differs from evolution'],
    [['--heads', 'none'], '--heads: none differs from stages'],
    [['--lambda', 'sbp'], '--lambda: sbp differs from evo-ratio-mean,linear,epoch,0.25'],
    [['--data', 'mnist:x'], `--data: mnist:${join(process.cwd(), 'x')} differs from builtin`],
    [['--validation', '5'], '--validation: 5 differs from 0'],
  ])('%j', async (argv, message) => {
    const { code, err } = await run('train', '--resume', '--out', dir, ...argv);
    const file = join(dir, 'config.json');
    expect(err).toBe(`kestirme: ${message} in ${file}; leave it out, or start a new run in another --out\n`);
    expect(code).toBe(2);
  });

  it('of a comparison, too', async () => {
    const stored = { schema: 2, methods: ['vanilla', 'evolution'], seeds: [0], batch: 20, microBatch: 20 };
    const comparison = folderOf('comparison', stored);
    for (const [argv, message] of [
      [['--batch', '10'], '--batch: 10 differs from 20'],
      [['--heads', 'blocks'], '--heads: blocks differs from the default'],
    ] as const) {
      expect((await run('compare', '--resume', '--out', comparison, ...argv)).err).toContain(
        `kestirme: ${message} in `,
      );
    }
  });
});

it('a config.json that lacks what is as usual goes on', async () => {
  const dir = join(folder, 'bare');
  const small = ['--limit', '30,10', '--batch', '10', '--width', '0.0625', '--T', '1', '--epochs', '1'];
  const { code } = await run('train', ...small, '--threads', '1', '--quiet', '--out', dir);
  expect(code).toBe(0);
  const { schema, version, validation, lambda, ...rest } = JSON.parse(readFileSync(join(dir, 'config.json'), 'utf8'));
  expect([schema, version, validation, lambda]).toEqual([3, expect.any(String), 0, expect.any(String)]);
  writeFileSync(join(dir, 'config.json'), JSON.stringify(rest));
  expect(await run('train', '--resume', '--out', dir, '--threads', '1')).toMatchObject({
    code: 0,
    err: expect.stringContaining('has finished: 1 epoch'),
  });
  rmSync(join(dir, 'result.json'));
  expect((await run('train', '--resume', '--out', dir, '--threads', '1')).code).toBe(0);
  expect(JSON.parse(readFileSync(join(dir, 'config.json'), 'utf8'))).toMatchObject({
    schema,
    version,
    validation,
    lambda,
  });
}, 60_000);
