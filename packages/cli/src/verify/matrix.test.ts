import { expect, test } from 'vitest';
import { runProgram } from '../app.js';
import { verifyCommandOf } from '../commands/verify.js';
import { Recorder } from '../terminal/recorder.test.support.js';
import type { Evidence } from './evidence.js';
import { expected } from './expected.js';
import { CannotRun, type Cell, type VerifyHost } from './host.js';
import { cellsOf, nameOf } from './matrix.js';
import { read } from './written.js';

const right = (): Evidence => structuredClone(read(expected)) as Evidence;

function wrong(): Evidence {
  const evidence = right();
  const place = evidence.names.indexOf('weight:stem.conv.weight');
  (evidence.steps[4] as string[])[place] = 'f'.repeat(64);
  return evidence;
}

const host = (name: string, run: (cell: Cell) => Evidence): VerifyHost => ({
  name,
  run: async (cell) => run(cell),
  close: async () => {},
});

async function verify(hosts: VerifyHost[], argv: string[] = []) {
  const terminal = new Recorder();
  const code = await runProgram(['verify', ...argv], terminal, [verifyCommandOf(hosts)]);
  return { code, out: terminal.output, err: terminal.errors };
}

test('cells: every combination, the single-thread build with one thread', () => {
  const cells = cellsOf({ hosts: ['node'], builds: ['threads', 'single'], threads: [1, 2], workers: [0, 3] });
  expect(cells.map(({ build, threads, workers }) => [build, threads, workers])).toEqual([
    ['threads', 1, 0],
    ['threads', 1, 3],
    ['threads', 2, 0],
    ['threads', 2, 3],
    ['single', 1, 0],
    ['single', 1, 3],
  ]);
  expect(nameOf(cells[2] as Cell)).toBe('node, threads build, 2 threads, 0 loader workers');
});

test('all cells right: exit code 0 and a table', async () => {
  const { code, out, err } = await verify([host('node', right), host('native', right)]);
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/^host +build +threads +0 loader workers +1 loader worker +3 loader workers$/m);
  expect(out).toMatch(/^native +single +1 +ok/m);
  expect(out).toContain('36 cells: 36 ok');
});

test('a cell that differs is told with step, layer and tensor: exit code 1', async () => {
  const differing = host('node', ({ threads }) => (threads === 3 ? wrong() : right()));
  const { code, out } = await verify([differing], ['--workers', '0']);
  expect(code).toBe(1);
  expect(out).toContain(
    'node, threads build, 3 threads, 0 loader workers: differs: step 5 of 40: layer stem.conv, tensor stem.conv.weight: ' +
      'SHA-256 ffffffffffffffff..., expected SHA-256 ',
  );
  expect(out).toContain('6 cells: 5 ok, 1 differs');
});

test('a host that cannot run is told and is no failure; one that fails is', async () => {
  const absent = host('native', () => {
    throw new CannotRun('there is no cargo');
  });
  const failing = host('node', () => {
    throw new Error('the engine trapped');
  });
  const few = ['--builds', 'single', '--workers', '0,1'];
  const without = await verify([host('node', right), absent], few);
  expect(without.code).toBe(0);
  expect(without.out).toContain(
    'native, single build, 1 thread, 0 loader workers (and 1 more cells): could not run: there',
  );
  expect((await verify([failing], few)).code).toBe(1);
  // Nothing ran: nothing is verified.
  expect((await verify([absent], few)).code).toBe(1);
});

test('impossible options are refused', async () => {
  const hosts = [host('node', right)];
  expect(await verify(hosts, ['--threads', '0'])).toMatchObject({ code: 2, err: expect.stringContaining('--threads') });
  expect(await verify(hosts, ['--hosts', 'chrome'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('--hosts'),
  });
});

test('--json gives a result for each cell', async () => {
  const { out } = await verify([host('node', right)], ['--json', '--builds', 'single', '--workers', '1']);
  expect(JSON.parse(out)).toEqual([
    {
      cell: { host: 'node', build: 'single', threads: 1, workers: 1 },
      outcome: 'ok',
      why: '',
      seconds: expect.any(Number),
    },
  ]);
});
