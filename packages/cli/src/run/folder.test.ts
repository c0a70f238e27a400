import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFileAtomic } from './atomicFile.js';
import { holdFolder } from './claim.js';
import { RunFolder } from './folder.js';
import { readRuns } from './readRuns.js';
import { sampleCheckpoint, sampleMetrics, sampleRun } from './sample.test.support.js';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kestirme-run-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function writeRun(where: string, run = sampleRun()): Promise<void> {
  mkdirSync(where, { recursive: true });
  const folder = new RunFolder(where);
  await folder.writeConfig(run.config);
  for (const metrics of run.metrics) await folder.appendMetrics(metrics);
  await folder.writeResult(run.result);
}

/** Takes a folder for a new run and lets it go again. */
async function claim(where: string, force = false): Promise<void> {
  (await holdFolder(where, { resume: false, force, note: () => undefined })).release();
}

describe('holdFolder', () => {
  it('makes folders and takes empty ones', async () => {
    await claim(join(dir, 'a', 'b'));
    await claim(join(dir, 'a', 'b'));
    expect(readdirSync(join(dir, 'a', 'b'))).toEqual([]);
  });

  it('refuses a folder with a run, and tells the ways out', async () => {
    await writeRun(dir);
    await expect(claim(dir)).rejects.toThrow(/not empty; add --resume .* --force/);
    expect(existsSync(join(dir, 'run.lock'))).toBe(false);
  });

  it('takes a folder in which a process died before it had written anything', async () => {
    for (const name of ['config.json.tmp', 'run.lock']) writeFileSync(join(dir, name), '');
    utimesSync(join(dir, 'run.lock'), 1, 1);
    await claim(dir);
    expect(readdirSync(dir)).toEqual([]);
  });

  it('removes unfinished files before a run goes on', async () => {
    await writeRun(dir);
    for (const name of ['checkpoint.safetensors.tmp', 'report.html.tmp', 'mine.tmp'])
      writeFileSync(join(dir, name), '');
    const lock = await holdFolder(dir, { resume: true, force: false, note: () => undefined });
    expect(readdirSync(dir).sort()).toEqual(['config.json', 'metrics.jsonl', 'mine.tmp', 'result.json', 'run.lock']);
    lock.release();
  });

  it('replaces a run and leaves other files alone', async () => {
    await writeRun(dir);
    for (const epoch of [1, 2]) await new RunFolder(dir).checkpoints.write(sampleCheckpoint(epoch));
    await writeRun(join(dir, 'vanilla-seed0'));
    writeFileSync(join(dir, 'notes.txt'), 'mine');
    mkdirSync(join(dir, 'vanilla-seed1'));
    writeFileSync(join(dir, 'vanilla-seed1', 'notes.txt'), 'mine');
    await claim(dir, true);
    expect(readdirSync(dir).sort()).toEqual(['notes.txt', 'vanilla-seed1']);
    expect(readdirSync(join(dir, 'vanilla-seed1'))).toEqual(['notes.txt']);
  });

  it('never replaces what is no run', async () => {
    writeFileSync(join(dir, 'thesis.tex'), 'mine');
    await expect(claim(dir, true)).rejects.toThrow('no run that --force could replace');
    expect(readFileSync(join(dir, 'thesis.tex'), 'utf8')).toBe('mine');
  });

  it('refuses a file in place of a folder', async () => {
    writeFileSync(join(dir, 'file'), '');
    await expect(claim(join(dir, 'file'))).rejects.toThrow('cannot be a folder of results');
  });
});

describe('writeFileAtomic', () => {
  it('replaces, and leaves nothing else behind', async () => {
    const file = join(dir, 'x');
    await writeFileAtomic(file, 'old');
    writeFileSync(`${file}.tmp`, 'left by a crash');
    await writeFileAtomic(file, 'new');
    expect(readFileSync(file, 'utf8')).toBe('new');
    expect(existsSync(`${file}.tmp`)).toBe(false);
  });

  it('keeps the old file when it fails, and says which', async () => {
    const file = join(dir, 'x');
    await writeFileAtomic(file, 'old');
    mkdirSync(`${file}.tmp`);
    await expect(writeFileAtomic(file, 'new')).rejects.toThrow(`cannot write ${file}: EISDIR`);
    expect(readFileSync(file, 'utf8')).toBe('old');
  });

  it('removes its part when the rename fails', async () => {
    const file = join(dir, 'folder');
    mkdirSync(join(file, 'full'), { recursive: true });
    await expect(writeFileAtomic(file, 'new')).rejects.toThrow('cannot write');
    expect(existsSync(`${file}.tmp`)).toBe(false);
  });

  it.skipIf(process.getuid?.() === 0)('reports a folder without permission', async () => {
    chmodSync(dir, 0o500);
    await expect(writeFileAtomic(join(dir, 'x'), 'new')).rejects.toThrow('EACCES');
    chmodSync(dir, 0o700);
  });
});

describe('metrics', () => {
  it('are rewound to where the checkpoint stands, torn lines dropped', async () => {
    const folder = new RunFolder(dir);
    for (const epoch of [0, 1, 2]) await folder.appendMetrics(sampleMetrics(epoch));
    writeFileSync(join(dir, 'metrics.jsonl'), '{"epoch":3,"lam', { flag: 'a' });
    expect((await folder.rewindMetrics(2)).map((metrics) => metrics.epoch)).toEqual([0, 1]);
    await folder.appendMetrics(sampleMetrics(2));
    const lines = readFileSync(join(dir, 'metrics.jsonl'), 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).epoch)).toEqual([0, 1, 2]);
  });

  it('that lack an epoch before the checkpoint are refused', async () => {
    const folder = new RunFolder(dir);
    await folder.appendMetrics(sampleMetrics(0));
    await expect(folder.rewindMetrics(2)).rejects.toThrow('has 1 epochs, but the checkpoint beside it stands after 2');
  });

  it('are as long as the checkpoint says', async () => {
    const folder = new RunFolder(dir);
    for (const epoch of [0, 1]) await folder.appendMetrics(sampleMetrics(epoch));
    const bytes = folder.metricsBytes;
    await folder.appendMetrics(sampleMetrics(2));
    expect(await new RunFolder(dir).rewindMetrics(2, bytes)).toHaveLength(2);
    expect(statSync(join(dir, 'metrics.jsonl')).size).toBe(bytes);
    await expect(folder.rewindMetrics(2, bytes - 1)).rejects.toThrow(`has 2 epochs in ${bytes} bytes, but`);
    expect(await folder.rewindMetrics(0, 0)).toEqual([]);
    expect(folder.metricsBytes).toBe(0);
  });

  it.each([
    ['{', 'line 2 is damaged'],
    ['{"epoch":5}', 'line 2: expected epoch 1, found 5'],
    [JSON.stringify({ ...sampleMetrics(1), trainLoss: null }), 'line 2: expected a number as trainLoss, found null'],
    [JSON.stringify({ ...sampleMetrics(1), gradients: undefined }), 'line 2: expected an object as gradients'],
  ])('with the line %s are refused', async (line, message) => {
    await writeRun(dir);
    writeFileSync(join(dir, 'metrics.jsonl'), `${JSON.stringify(sampleMetrics(0))}\n${line}\n`);
    await expect(new RunFolder(dir).read()).rejects.toThrow(message);
  });
});

describe('readRuns', () => {
  it('gives back what was written', async () => {
    await writeRun(dir);
    expect(await readRuns(dir)).toEqual([sampleRun()]);
  });

  it('finds the finished runs of a comparison, in its order', async () => {
    writeFileSync(join(dir, 'config.json'), '{"schema":2,"methods":["vanilla","evolution"],"seeds":[0,10,9]}');
    for (const seed of [10, 9]) {
      for (const method of ['evolution', 'vanilla'] as const) {
        await writeRun(join(dir, `${method}-seed${seed}`), sampleRun({ config: { method, seed } }));
      }
    }
    mkdirSync(join(dir, 'vanilla-seed0'));
    const order = (await readRuns(dir)).map(({ config }) => `${config.method} ${config.seed}`);
    expect(order).toEqual(['vanilla 9', 'vanilla 10', 'evolution 9', 'evolution 10']);
  });

  it('says what is missing', async () => {
    await expect(readRuns(join(dir, 'none'))).rejects.toThrow('there is no folder');
    await expect(readRuns(dir)).rejects.toThrow('is not a run folder: it has no config.json');
    await new RunFolder(dir).writeConfig(sampleRun().config);
    await expect(readRuns(dir)).rejects.toThrow('has not finished: kestirme train --resume --out');
    writeFileSync(join(dir, 'config.json'), '{"schema"');
    await expect(readRuns(dir)).rejects.toThrow('config.json is damaged');
  });
});
