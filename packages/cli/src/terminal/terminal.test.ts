import { describe, expect, it } from 'vitest';
import { sampleMetrics } from '../run/sample.test.support.js';
import { byteSize, count, duration, percent, plural, significant } from './format.js';
import { epochLine, Progress } from './progress.js';
import { Recorder } from './recorder.test.support.js';
import { renderTable } from './table.js';

const CLEAR = '\r\u001b[2K';

function run(
  terminal: Recorder,
  { steps, seconds, quiet = false }: { steps: number; seconds: number; quiet?: boolean },
) {
  let time = 100;
  const progress = new Progress(terminal, { quiet, now: () => time });
  progress.begin();
  for (let iteration = 0; iteration < steps; iteration++) {
    time += seconds;
    progress.step({ epoch: 0, epochs: 2, iteration, iterationsPerEpoch: steps, images: 50, loss: 1.5 });
  }
  progress.epoch(sampleMetrics(0), 2);
  progress.end();
}

describe('progress', () => {
  it('draws one line over and over on a terminal, and clears it', () => {
    const terminal = new Recorder({ isTTY: true, columns: 80, env: { NO_COLOR: '1' } });
    run(terminal, { steps: 4, seconds: 1 });
    const drawn = terminal.errors.split(CLEAR);
    expect(drawn[1]).toMatch(/^epoch 1\/2 {2}━+─+ {2}1\/4 {2}loss 1\.500 {2}50 images\/s {2}ETA 7 s$/);
    expect(drawn[4]).toMatch(/4\/4 .* testing$/);
    for (const line of drawn) for (const part of line.split('\n')) expect(part.length).toBeLessThan(150);
    expect(drawn.slice(1, 5).every((line) => line.length <= 79)).toBe(true);
    expect(terminal.errors).toContain(
      'epoch 1/2  train loss 2.0000, accuracy 40.00 % (all heads 50.00 %)  test loss 1.5000, accuracy 60.00 %  heads 0.25 : 0.75  ',
    );
    expect(terminal.errors.endsWith(CLEAR)).toBe(true);
  });

  it('redraws at most ten times a second', () => {
    const terminal = new Recorder({ isTTY: true });
    run(terminal, { steps: 1000, seconds: 0.001 });
    expect(terminal.errors.split(CLEAR).length).toBeLessThan(16);
  });

  it('colours only without NO_COLOR', () => {
    const [plain, coloured] = [new Recorder({ isTTY: true, env: { NO_COLOR: '1' } }), new Recorder({ isTTY: true })];
    for (const terminal of [plain, coloured]) run(terminal, { steps: 2, seconds: 1 });
    expect(plain.errors).not.toContain('\u001b[32m');
    expect(coloured.errors).toContain('\u001b[32m');
  });

  it('fits narrow terminals', () => {
    const terminal = new Recorder({ isTTY: true, columns: 30, env: { NO_COLOR: '1' } });
    run(terminal, { steps: 3, seconds: 1 });
    expect(terminal.errors.split(CLEAR)[1]?.length).toBeLessThanOrEqual(29);
  });

  it('warns of the same thing once, quiet or not', () => {
    const terminal = new Recorder();
    const progress = new Progress(terminal, { quiet: true });
    for (const text of ['one', 'other', 'one']) progress.caution(text);
    expect(terminal.errors).toBe('warning: one\nwarning: other\n');
  });

  it('prints plain lines elsewhere, at most one in ten seconds', () => {
    const terminal = new Recorder();
    run(terminal, { steps: 60, seconds: 1 });
    expect(terminal.errors).not.toContain('\u001b');
    const lines = terminal.errors.trimEnd().split('\n');
    expect(lines).toHaveLength(7);
    expect(lines[0]).toBe('epoch 1/2  step 10/60  loss 1.500  50 images/s  ETA 1 min 50 s');
  });

  it('is silent when quiet, except for warnings', () => {
    const terminal = new Recorder();
    run(terminal, { steps: 60, seconds: 1, quiet: true });
    expect(terminal.errors).toBe('');
    new Progress(terminal, { quiet: true }).warn('ended');
    expect(terminal.errors).toBe('ended\n');
  });

  it('tells with an epoch how long it waited for data, where that is known', () => {
    const { waitShare, ...before } = sampleMetrics(0, { waitShare: 0.0023 });
    expect(epochLine({ ...before, waitShare: waitShare ?? 0 }, 2)).toMatch(
      / {2}100 images\/s, waiting for data 0\.2 %$/,
    );
    expect(epochLine(before, 2)).toMatch(/ {2}100 images\/s$/);
  });

  it('shows downloads of known and unknown length', () => {
    const terminal = new Recorder({ isTTY: true, columns: 60, env: { NO_COLOR: '1' } });
    let time = 0;
    const progress = new Progress(terminal, { now: () => time });
    time = 1;
    progress.download('a.gz', 1024, 2048);
    time = 2;
    progress.download('b.gz', 1024, 0);
    expect(terminal.errors.split(CLEAR).slice(1)).toEqual([
      expect.stringMatching(/^a\.gz {2}━{15}─{15} {2}1\.00 KiB of 2\.00 KiB$/),
      'b.gz  1.00 KiB',
    ]);
  });
});

describe('the table', () => {
  it('aligns columns and trims the ends of lines', () => {
    const columns = [{ title: 'name' }, { title: 'n', align: 'right' } as const, { title: 'note' }];
    expect(
      renderTable(columns, [
        ['a', '10'],
        ['longer', '5', 'x'],
      ]),
    ).toBe(['name     n  note', '------  --  ----', 'a       10', 'longer   5  x'].join('\n'));
  });
});

describe('numbers', () => {
  it('read well', () => {
    expect([duration(5), duration(185), duration(7620), duration(3599.9), duration(Number.NaN)]).toEqual([
      '5 s',
      '3 min 05 s',
      '2 h 07 min',
      '1 h 00 min',
      '?',
    ]);
    expect([byteSize(10), byteSize(1536), byteSize(2 ** 32)]).toEqual(['10 B', '1.50 KiB', '4.00 GiB']);
    expect([count(1234567), count(123), percent(0.12345), plural(1, 'epoch'), plural(2, 'epoch')]).toEqual([
      '1,234,567',
      '123',
      '12.35 %',
      '1 epoch',
      '2 epochs',
    ]);
    expect([significant(0), significant(0.01234), significant(0.00001234), significant(192.3)]).toEqual([
      '0',
      '0.0123',
      '1.23e-5',
      '192',
    ]);
  });
});
