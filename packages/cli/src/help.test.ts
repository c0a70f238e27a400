import { describe, expect, it } from 'vitest';
import { runProgram } from './app.js';
import { Recorder } from './terminal/recorder.test.support.js';

async function help(columns: number, ...argv: string[]): Promise<string> {
  const terminal = new Recorder({ columns });
  expect(await runProgram(argv, terminal)).toBe(0);
  return terminal.output;
}

const names = [
  'start',
  'train',
  'compare',
  'dashboard',
  'evaluate',
  'inspect',
  'zoo',
  'data',
  'report',
  'diff',
  'verify',
];

describe.each([80, 100, 140])('the help in %i columns', (columns) => {
  it('of the program names every command, with a gap behind it and within the columns', async () => {
    const lines = (await help(columns, 'help')).trimEnd().split('\n');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
    const commands = lines.filter((line) => /^ {2}[a-z]/.test(line));
    expect(commands.map((line) => line.trim().split(' ')[0])).toEqual(names);
    const begins = commands.map((line) => /^ {2}\S.*? {2,}(?=[A-Z])/.exec(line)?.[0].length);
    expect(new Set(begins).size).toBe(1);
    expect(commands.find((line) => line.startsWith('  data'))).toMatch(
      /data get\|list\|preview\|frames \[options\] {2}Downloads/,
    );
  });

  it.each(names)('of %s stays within them', async (name) => {
    for (const line of (await help(columns, 'help', name)).split('\n'))
      expect(line.length).toBeLessThanOrEqual(columns);
  });
});

it('a name that no command has points to those that there are', async () => {
  const terminal = new Recorder({});
  expect(await runProgram(['evaluate', 'x', '--batch-size', '3'], terminal)).toBe(2);
  expect(terminal.errors).toBe(
    'kestirme: unknown option --batch-size; `kestirme help evaluate` lists those that there are\n',
  );
});
