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
import { openCheckpoint } from 'kestirme';
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
    for (const epoch of [1, 2]) await new RunFolder(dir).checkpoints.write(openCheckpoint(sampleCheckpoint(epoch)));
    for (const name of ['vanilla-seed0', 'resnet20-T2-vanilla-seed0']) await writeRun(join(dir, name));
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
    await expect(writeFileAtomic(file, 'new')).rejects.toThrow(`cannot write ${file}: a folder has that name (EISDIR)`);
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

  const line = (changes: object) => JSON.stringify({ ...sampleMetrics(1), ...changes });
  it.each([
    ['{', 'line 2 is damaged'],
    ['null', 'line 2: this must be an object, got null'],
    [line({ epoch: 5 }), 'line 2: expected "epoch": 1 (the file counts from 0), found 5'],
    [line({ epoch: '1' }), 'line 2: epoch must be a whole number from 0 up, got "1"'],
    [line({ trainLoss: null }), 'line 2: trainLoss must be a finite number, got null'],
    [line({ testAccuracy: 1.5 }), 'line 2: testAccuracy must be a number from 0 to 1, got 1.5'],
    [line({ headWeights: {} }), 'line 2: headWeights must be a list, got {}'],
    [line({ firingRates: { lif: '0' } }), 'line 2: firingRates.lif must be a number from 0 to 1, got "0"'],
    [line({ gradients: undefined }), 'line 2: gradients must be an object, got undefined'],
    [line({ gradients: { taps: { a: {} }, weights: {} } }), 'line 2: gradients.taps.a.norm must be a number from 0'],
    [line({ lr: 0.1 }).replace('"lr":0.1', '"lr":1e400'), 'line 2: lr must be a number from 0 up, got Infinity'],
    [line({ lr: 0.1 }).replace('"lr":0.1', '"lr":1,"lr":2'), "line 2 is damaged: the key 'lr' stands there twice"],
    ['\u001b[2J', 'line 2 is damaged: Unexpected token'],
  ])('with the line %s are refused', async (line, message) => {
    await writeRun(dir);
    writeFileSync(join(dir, 'metrics.jsonl'), `${JSON.stringify(sampleMetrics(0))}\n${line}\n`);
    await expect(new RunFolder(dir).read()).rejects.toThrow(message);
  });
});

describe('a finished run with a damaged file', () => {
  const read = async (name: string, text: string | Uint8Array) => {
    await writeRun(dir);
    writeFileSync(join(dir, name), text);
    return new RunFolder(dir).read();
  };
  const { result, config } = sampleRun();

  it.each([
    ['[]', 'result.json is damaged: it holds no object'],
    ['{"epochs":1,"epochs":2}', "result.json is damaged: the key 'epochs' stands there twice"],
    [JSON.stringify({ ...result, method: 'toString' }), 'result.json: method must be one of vanilla'],
    [JSON.stringify({ ...result, testAccuracy: null }), 'result.json: testAccuracy must be a number from 0 to 1, got'],
    [JSON.stringify({ ...result, epochs: '2' }), 'result.json: epochs must be a whole number from 0 up, got "2"'],
    [JSON.stringify({ ...result, weightsSha256: '<script>' }), 'weightsSha256 must be a SHA-256 in hexadecimal digits'],
    [JSON.stringify({ ...result, epochs: 3 }), 'metrics.jsonl has 2 epochs, but'],
    [JSON.stringify({ ...result, model: undefined }), 'result.json: model must be text, got undefined'],
  ])('result.json %s', async (text, message) => {
    await expect(read('result.json', text)).rejects.toThrow(message);
  });

  it.each([
    [JSON.stringify({ ...config, timeSteps: 1e9 }), 'config.json: timeSteps: 1000000000 is not a whole number from 1'],
    [JSON.stringify({ ...config, lr: '0.1' }), "config.json: lr: '0.1' is not a number above 0"],
    [
      JSON.stringify({ ...config, threshhold: 1 }),
      "config.json: threshhold is no option of train; did you mean 'threshold'",
    ],
    [JSON.stringify({ ...config, method: ['vanilla'] }), 'config.json: method: ["vanilla"] is not one of'],
    [JSON.stringify({ ...config, schema: 99 }), 'config.json: schema is 99, of a newer program than this one'],
  ])('config.json %s', async (text, message) => {
    await expect(read('config.json', text)).rejects.toThrow(message);
  });

  it('bytes that are not UTF-8', async () => {
    await expect(read('metrics.jsonl', Uint8Array.of(0xff))).rejects.toThrow(
      'metrics.jsonl is damaged: it is not UTF-8',
    );
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
        const own = method === 'vanilla' ? { lambda: 'vanilla', heads: 'none' } : {};
        await writeRun(join(dir, `${method}-seed${seed}`), sampleRun({ config: { method, seed, ...own } }));
      }
    }
    mkdirSync(join(dir, 'vanilla-seed0'));
    const order = (await readRuns(dir)).map(({ config }) => `${config.method} ${config.seed}`);
    expect(order).toEqual(['vanilla 9', 'vanilla 10', 'evolution 9', 'evolution 10']);
  });

  it('finds those of several networks, in its order', async () => {
    const config = {
      schema: 2,
      models: ['resnet32', 'resnet20'],
      timeSteps: [4, 2],
      methods: ['evolution'],
      seeds: [0],
    };
    writeFileSync(join(dir, 'config.json'), JSON.stringify(config));
    for (const model of config.models) {
      for (const timeSteps of config.timeSteps) {
        await writeRun(
          join(dir, `${model}-T${timeSteps}-evolution-seed0`),
          sampleRun({ config: { model, timeSteps } }),
        );
      }
    }
    const order = (await readRuns(dir)).map((run) => `${run.config.model} ${run.config.timeSteps}`);
    expect(order).toEqual(['resnet32 4', 'resnet32 2', 'resnet20 4', 'resnet20 2']);
  });

  it('reads what there is of runs that have not finished, as far as lines are whole', async () => {
    writeFileSync(join(dir, 'config.json'), '{"schema":2,"methods":["evolution"],"seeds":[0,1,2]}');
    const run = sampleRun({ config: { seed: 0 } });
    await writeRun(join(dir, 'evolution-seed0'), run);
    for (const [seed, lines] of [`${JSON.stringify(run.metrics[0])}\n{"epo`, ''].entries()) {
      const own = join(dir, `evolution-seed${seed + 1}`);
      mkdirSync(own);
      await new RunFolder(own).writeConfig({ ...run.config, seed: seed + 1 });
      writeFileSync(join(own, 'metrics.jsonl'), lines);
    }
    const read = (await readRuns(dir)).map(({ config, metrics, result }) => [
      config.seed,
      metrics.length,
      result?.epochs,
    ]);
    expect(read).toEqual([
      [0, 2, 2],
      [1, 1, undefined],
    ]);
  });

  it('says what is missing', async () => {
    await expect(readRuns(join(dir, 'none'))).rejects.toThrow('there is no folder');
    await expect(readRuns(dir)).rejects.toThrow('is not a run folder: it has no config.json');
    await new RunFolder(dir).writeConfig(sampleRun().config);
    await expect(readRuns(dir)).rejects.toThrow('has no finished epoch yet');
    writeFileSync(join(dir, 'config.json'), '{"schema"');
    await expect(readRuns(dir)).rejects.toThrow('config.json is damaged');
  });
});
