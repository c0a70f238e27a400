/** A run that goes on with other kernels than it began with. */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../app.js';
import { Recorder } from '../terminal/recorder.test.support.js';
import { nativeRuns } from './native.test.support.js';

const isNative = await nativeRuns();
const root = mkdtempSync(join(tmpdir(), 'kestirme-native-'));
afterAll(() => rmSync(root, { recursive: true }));

async function run(...argv: string[]) {
  const terminal = new Recorder({});
  const code = await runProgram(argv, terminal);
  return { code, out: terminal.output, err: terminal.errors };
}

const read = (dir: string, name: string) => JSON.parse(readFileSync(join(dir, name), 'utf8'));

/** Two epochs of four steps; the last checkpoint but one stands after the first step of the second. */
const training = [
  ...['--limit', '40,20', '--batch', '10', '--width', '0.25', '--T', '2', '--epochs', '2', '--threads', '2'],
  ...['--optimizer', 'adam', '--lr', '0.01', '--checkpoint-every', '5steps'],
];

/** All that must be the same in the end; times are each run's own. */
function outcome(dir: string) {
  const { weightsSha256, testAccuracy } = read(dir, 'result.json');
  const lines = readFileSync(join(dir, 'metrics.jsonl'), 'utf8').trimEnd().split('\n');
  const metrics = lines.map((line) => ({ ...JSON.parse(line), seconds: 0, imagesPerSecond: 0, waitShare: 0 }));
  return { weightsSha256, testAccuracy, metrics };
}

const kernelsOf = (dir: string) =>
  read(dir, 'result.json').fingerprint.sessions.map(({ backend }: { backend: string }) => backend);

describe.skipIf(!isNative).each([
  ['wasm', 'native'],
  ['native', 'wasm'],
])('a run on %s', (first, second) => {
  const whole = join(root, first);
  const resumed = join(root, `${first}-${second}`);
  beforeAll(async () => {
    expect(await run('train', ...training, '--backend', first, '--out', whole, '--quiet')).toMatchObject({ code: 0 });
  });

  it(`goes on with ${second} kernels to the bits that it would have had`, async () => {
    cpSync(whole, resumed, { recursive: true });
    for (const name of ['result.json', 'checkpoint.safetensors']) rmSync(join(resumed, name));
    const { code, err } = await run('train', '--resume', '--backend', second, '--out', resumed);
    expect([code, err]).toEqual([0, expect.stringContaining('going on after 1 epoch and 1 step, of 2 epochs')]);
    expect(err).toContain(`kernels: ${second} `);
    expect(outcome(resumed)).toEqual(outcome(whole));
    expect(kernelsOf(resumed)).toEqual([first, second]);
    expect(read(resumed, 'result.json')).toMatchObject({ backend: second });
    expect(read(resumed, 'config.json')).toEqual(read(whole, 'config.json'));
    expect((await run('diff', whole, resumed)).out).toMatch(
      /^same results: .* agree to the bit; they differ in backend, which must not matter and did not\n$/,
    );
  });

  it(`is evaluated with ${second} kernels to the same`, async () => {
    const measured = async (backend: string) => {
      const { out } = await run('evaluate', whole, '--backend', backend, '--json');
      const { imagesPerSecond, simd, ...rest } = JSON.parse(out);
      return rest;
    };
    expect(await measured(second)).toEqual({ ...(await measured(first)), backend: second });
  });
});

it.skipIf(!isNative)('runs on either are the same, and the same run', async () => {
  const [a, b] = [join(root, 'wasm'), join(root, 'native')];
  expect(outcome(a)).toEqual(outcome(b));
  const { out } = await run('diff', a, b, '--json');
  expect(JSON.parse(out)).toMatchObject({ same: true, program: { kernels: null, backend: { name: 'backend' } } });
});
