import { expect, it } from 'vitest';
import { runProgram } from '../app.js';
import { Recorder } from '../terminal/recorder.test.support.js';

async function inspect(...words: string[]) {
  const terminal = new Recorder();
  const code = await runProgram(['inspect', 'resnet20', '--width', '0.5', '--threads', '1', ...words], terminal);
  return { code, out: terminal.output, err: terminal.errors };
}

it('says whether a batch fits, and the largest that does, which then fits and no more', async () => {
  const limit = ['--memory-limit', '16MiB'];
  const { code, out } = await inspect('--batch', '512', ...limit);
  expect(code).toBe(1);
  expect(out).toContain('with 512 images at a time, the memory plan: ');
  const [, largest, micro] =
    /a batch of 512 does not fit: the limit is 16\.0 MiB, as asked for \(--memory-limit\); the largest that fits is (\d+), or this one with --micro-batch (\d+)/.exec(
      out,
    ) ?? [];
  expect(Number(micro)).toBeGreaterThan(0);
  expect(Number(micro)).toBeLessThanOrEqual(Number(largest));
  expect(await inspect('--batch', String(largest), ...limit)).toMatchObject({
    code: 0,
    out: expect.stringContaining(
      `fits: the limit is 16.0 MiB, as asked for (--memory-limit); the largest batch that fits is ${largest}`,
    ),
  });
  const more = await inspect('--batch', String(Number(largest) + 1), ...limit, '--json');
  expect(more.code).toBe(1);
  expect(JSON.parse(more.out).room).toMatchObject({ fits: false, limitBytes: 2 ** 24, largestBatch: Number(largest) });
}, 60_000);

it('without a limit of its own, WebAssembly has one', async () => {
  const { code, out } = await inspect('--batch', '4');
  expect(code).toBe(0);
  expect(out).toMatch(
    /fits: the limit is 3\.94 GiB, for WebAssembly addresses 4 GiB; the largest batch that fits is \d+/,
  );
}, 60_000);

it('a network of frames, and its profile on noise', async () => {
  const frames = ['--frames', '--T', '3', '--input', '2,16,16', '--batch', '2'];
  expect((await inspect(...frames)).out).toContain('resnet20: 2x16x16 frames, 3 time steps, 10 classes');
  const { code, out } = await inspect(...frames, '--profile', '--steps', '1', '--json');
  expect(code).toBe(0);
  const { network, profile } = JSON.parse(out);
  expect(network.input).toEqual({ channels: 2, height: 16, width: 16, frames: true });
  expect(profile.rows.find(({ kernel }: { kernel: string }) => kernel === 'encode')).toMatchObject({
    bytesRead: 2 * 3 * 2 * 16 * 16,
    bytesWritten: 4 * 2 * 3 * 2 * 16 * 16,
  });
}, 60_000);
