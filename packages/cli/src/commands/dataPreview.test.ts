import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import type { Batch, DataInfo } from 'kestirme';
import { afterAll, expect, it, test } from 'vitest';
import { runProgram } from '../app.js';
import { previewPage } from '../preview/page.js';
import { Recorder } from '../terminal/recorder.test.support.js';

async function run(...argv: string[]) {
  const terminal = new Recorder();
  const code = await runProgram(argv, terminal);
  return { code, out: terminal.output, err: terminal.errors };
}

const dir = mkdtempSync(join(tmpdir(), 'kestirme-preview-'));
afterAll(() => rmSync(dir, { recursive: true }));

/** Bytes [height, width, 3] of the pictures of a page. */
function picturesOf(page: string): number[][] {
  return [...page.matchAll(/src="data:image\/png;base64,([^"]+)"/g)].map(([, data = '']) => {
    const file = Buffer.from(data, 'base64');
    const [width, start] = [file.readUInt32BE(16), file.indexOf('IDAT')];
    const rows = inflateSync(file.subarray(start + 4, start + 4 + file.readUInt32BE(start - 4)));
    return [...rows].filter((_, i) => i % (3 * width + 1) > 0);
  });
}

test('a page shows samples as they are read, trained on and tested on', async () => {
  const out = join(dir, 'a.html');
  const argv = ['--samples', '3', '--augment', 'cutout:length=20,fill=200', '--out', out];
  expect(await run('data', 'preview', ...argv)).toMatchObject({ code: 0, out: `${out} shows 3 samples of builtin\n` });
  const page = readFileSync(out, 'utf8');
  const pictures = picturesOf(page);
  expect(pictures.map(({ length }) => length)).toEqual(Array.from({ length: 9 }, () => 32 * 32 * 3));
  for (const pair of [0, 2, 4]) {
    const [read, trained] = [pictures[pair] as number[], pictures[pair + 1] as number[]];
    const changed = trained.filter((value, i) => value !== read[i]);
    expect(changed.length).toBeGreaterThan(100);
    expect(new Set(changed)).toEqual(new Set([200]));
  }
  expect(page).toContain('<td class="text">holes 1, length 20, fill 200</td>');
  expect(page).toContain("default-src 'none'; style-src 'unsafe-inline'; img-src data:");
});

it.each<[string[], string]>([
  [['preview', '--dir', dir], '--dir belongs to kestirme data get, not to preview'],
  [['list', '--seed', '3'], '--seed belongs to kestirme data preview, not to list'],
  [['preview', 'mnist'], "unexpected 'mnist'; usage: kestirme data preview"],
  [['preview', '--augment', 'flip:0.5'], "--augment: 'flip:0.5': 'flip' takes nothing behind a colon"],
])('data %j is refused', async (argv, message) => {
  expect(await run('data', ...argv)).toMatchObject({ code: 2, err: expect.stringContaining(message) });
});

test('text of a data set stays text; frames, polarities and mixtures are shown', () => {
  const info: DataInfo = {
    ...{ name: '<b>bold</b>', channels: 2, height: 1, width: 2, frames: 3, classes: 2 },
    ...{ classNames: ['<script>alert(1)</script>', 'b"'], trainSize: 1, testSize: 1, mean: [0, 0], std: [1, 1] },
  };
  const batch: Batch = {
    images: Float32Array.from([4, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0]),
    ...{ labels: Int32Array.of(0), indices: Uint32Array.of(7), size: 1 },
    mix: { labels: Int32Array.of(1), share: Float32Array.of(0.25) },
  };
  const page = previewPage({
    info,
    split: '"&',
    steps: [],
    seed: 0,
    epoch: 0,
    read: batch,
    trained: batch,
    test: batch,
  });
  expect(page).not.toMatch(/<script|<b>|b"/);
  expect(page).toContain('0.75 &lt;script&gt;alert(1)&lt;/script&gt;, sample 7 and 0.25 b&quot;, sample 7');
  expect(page).toContain('<small>0 to 4</small>');
  const pictures = picturesOf(page);
  expect(pictures).toHaveLength(9);
  expect(pictures[0]).toEqual([213, 94, 0, 0, 57, 89]);
  expect(pictures[1]).toEqual([0, 0, 0, 0, 0, 0]);
});
