import { describe, expect, it } from 'vitest';
import { runProgram } from '../app.js';
import { families } from '../options/families.js';
import { Recorder } from '../terminal/recorder.test.support.js';

async function zoo(columns: number, ...argv: string[]) {
  const terminal = new Recorder({ columns });
  const code = await runProgram(['zoo', ...argv], terminal);
  return { code, out: terminal.output, err: terminal.errors };
}

describe.each([40, 80, 131, 132, 160, 240])('in %i columns', (columns) => {
  it('every method of every family stands there with its options, within the columns', async () => {
    const { code, out } = await zoo(columns);
    expect(code).toBe(0);
    for (const line of out.split('\n')) expect(line.length, line).toBeLessThanOrEqual(columns);
    const [, ...parts] = out.split(new RegExp(`^(?:${families.map(({ name }) => name).join('|')}) \\(--`, 'm'));
    expect(parts).toHaveLength(families.length);
    families.forEach(({ kinds }, place) => {
      const lines = (parts[place] as string).split('\n');
      for (const { name, options } of kinds) {
        expect(
          // Alone in a line, or at the start of a table's.
          lines.filter((line) => line === `  ${name}` || `${line}  `.startsWith(`${name}  `)),
          name,
        ).toHaveLength(1);
        for (const option of Object.keys(options)) expect(parts[place]).toContain(`${option}=`);
      }
    });
  });
});

it('a narrow terminal has a paragraph for each, a wide one a table', async () => {
  expect((await zoo(80, 'neurons')).out).toContain(
    [
      'neurons (--neuron)',
      '',
      '  lif',
      '    Leaky integrate-and-fire: u = decay * m + x, fires above the threshold, then',
      '    m = 0 or u - threshold',
      '    decay=0.25 (0 to 1)',
      '    threshold=0.5 (above 0, to 1000000)',
      '    reset=hard (hard | soft)',
      '    detachReset=false',
    ].join('\n'),
  );
  expect((await zoo(160, 'neurons')).out).toMatch(/^name +what it is +options +paper +confidence +held to\n-+ {2}-/m);
});

it('one family alone, and a wrong name with the nearest', async () => {
  const { out } = await zoo(80, 'surrogates');
  expect(out).toContain('  atan\n');
  expect(out).not.toContain('neurons (');
  expect(await zoo(80, 'neuron')).toMatchObject({ code: 2, err: expect.stringContaining("did you mean 'neurons'") });
});

it('as JSON: what the registries hold, complete', async () => {
  const list = JSON.parse((await zoo(80, '--json')).out);
  const names = list.map((one: { family: string; kinds: { name: string }[] }) => one.kinds.map(({ name }) => name));
  expect(names).toEqual(families.map(({ kinds }) => kinds.map(({ name }) => name)));
  for (const kind of list.flatMap((one: { kinds: object[] }) => one.kinds)) {
    expect(kind).toEqual({
      name: expect.stringMatching(/./),
      help: expect.stringMatching(/./),
      paper: expect.stringMatching(/./),
      confidence: expect.stringMatching(/^(high|medium|low)$/),
      parity: expect.stringMatching(/./),
      options: expect.any(Object),
    });
  }
  const { options } = list
    .flatMap((one: { kinds: object[] }) => one.kinds)
    .find(({ name }: { name: string }) => name === 'atan');
  expect(options).toEqual({
    alpha: { type: 'number', min: 0.001, max: 1000, above: false, usual: 2, help: 'Twice the height' },
  });
});
