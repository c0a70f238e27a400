/** What a person may give as a path, and what is said when it is none that will do. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../app.js';
import { filesIn, train } from '../config/config.test.support.js';
import { checkData } from '../options/composite.js';
import { parseArguments } from '../options/parse.js';
import { trainOptions } from '../options/table.js';
import { RunFolder } from '../run/folder.js';
import { sampleRun } from '../run/sample.test.support.js';
import { Recorder } from '../terminal/recorder.test.support.js';

const folder = mkdtempSync(join(tmpdir(), 'kestirme-paths-'));
const at = (...names: string[]) => join(folder, ...names);
beforeAll(async () => {
  mkdirSync(at('run'));
  const run = new RunFolder(at('run'));
  const { config, metrics, result } = sampleRun();
  await run.writeConfig(config);
  for (const epoch of metrics) await run.appendMetrics(epoch);
  await run.writeResult(result);
  writeFileSync(at('file'), '');
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...argv: string[]) {
  const terminal = new Recorder({});
  const code = await runProgram(argv, terminal);
  return { code, out: terminal.output, err: terminal.errors };
}

describe('report --out', () => {
  it.each([
    ['a file', ['one.html'], ['one.html']],
    ['a file in a folder that is not there yet', ['a', 'b', 'two.html'], ['a', 'b', 'two.html']],
    ['a folder', ['run'], ['run', 'report.html']],
    ['a folder that is not there yet, with a slash', ['c', 'd', '/'], ['c', 'd', 'report.html']],
  ])('takes %s', async (_, out, file) => {
    const { code, out: printed, err } = await run('report', at('run'), '--out', at(...out));
    expect([code, err, printed]).toEqual([0, '', `${at(...file)}\n`]);
    expect(readFileSync(at(...file), 'utf8')).toContain('</html>');
    expect(existsSync(`${folder}.tmp`)).toBe(false);
  });
});

describe('~ is the home folder where no shell sees to it', () => {
  it('in --data, --out=, a configuration and the name of a run', async () => {
    expect(checkData('cifar10:~/x')).toBe(`cifar10:${join(homedir(), 'x')}`);
    expect(checkData('cifar10:~x')).toBe(`cifar10:${join(process.cwd(), '~x')}`);
    expect(parseArguments(trainOptions, ['--out=~/runs/a'], 'train').given.get('out')?.value).toBe(
      join(homedir(), 'runs/a'),
    );
    const config = filesIn(folder)('c.yaml', 'data: mnist:~\n');
    expect(train([], config).data).toBe(`mnist:${homedir()}`);
    const none = join(homedir(), 'kestirme-no-such-run');
    expect((await run('evaluate', '~/kestirme-no-such-run')).err).toBe(`kestirme: there is no folder ${none}\n`);
  });
});

const long = 'x'.repeat(300);
describe.skipIf(process.platform === 'win32')('a path that will not do is told in words, in a line', () => {
  it.each<[string[], string]>([
    [
      ['train', '--out', at('file')],
      `--out: ${at('file')} cannot be a folder of results: a file has that name (EEXIST)`,
    ],
    [['train', '--out', at(long)], `${at(long)} cannot be a folder of results: the name is too long (ENAMETOOLONG)`],
    [
      ['report', at('run'), '--out', at('file', 'x')],
      `--out: there can be no folder ${at('file')}: a file has that name`,
    ],
    [['report', at('run'), '--out', at(long)], `cannot write ${at(long)}: the name is too long (ENAMETOOLONG)`],
    [['report', at('file')], `${at('file')} is a file, not the folder of a run`],
    [['evaluate', at('file')], `${at('file')} is a file, not the folder of a run`],
    [['diff', at('run'), at('file', 'x')], `there is no folder ${at('file', 'x')}`],
    [['train', '--resume', '--out', at('file')], `--resume: ${at('file')} holds no run`],
    [['train', '--config', at('file', 'c.json')], 'c.json: a part of the path is a file, not a folder (ENOTDIR)'],
    [['train', '--config', folder], `--config: ${folder} is not a file`],
    [['data', 'get', 'mnist', '--dir', at('file')], `${at('file')} cannot be a folder of data: a file has that name`],
    [
      ['data', 'get', 'mnist', '--dir', at('data'), '--from', at('file')],
      'cannot be read: a part of the path is a file',
    ],
    [
      ['data', 'get', 'mnist', '--dir', at('data'), '--from', at('no')],
      'cannot be read: there is no such file or folder',
    ],
    [['train', '--data', `mnist:${at(long)}`], 'found that it cannot be read: the name is too long (ENAMETOOLONG)'],
  ])('%j', async (argv, message) => {
    const { code, err } = await run(...argv);
    expect(err).toContain(message);
    expect(err).toMatch(/^kestirme: [^\n]+\n$/);
    // Of Node's own message, with its code in front and the call behind.
    expect(err).not.toMatch(/\bE[A-Z]+: /);
    expect(code).toBeGreaterThan(0);
  });
});
