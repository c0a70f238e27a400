import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCommand, UsageError } from './settings.js';
import { suite } from './suite.js';

const read = (...argv: string[]) => readCommand(argv, {});

describe('command line', () => {
  it('runs the whole suite with the goals’ conditions by default', () => {
    const { action, items, settings, out, resume } = read();
    expect([action, items.length, out, resume]).toEqual(['run', suite.length, 'bench-results', false]);
    expect(settings).toMatchObject({ pairs: 5, threads: 2, pretrain: 30, warmup: 5, quick: false, images: 'noise' });
    expect(settings.backends).toEqual(['native', 'wasm']);
  });

  it('selects items in the order of the suite, and lists the names when one is wrong', () => {
    expect(read('--only', 'waiting,r18-train').items.map(({ name }) => name)).toEqual(['r18-train', 'waiting']);
    expect(() => read('--only', 'r18-trian')).toThrow(/no item 'r18-trian'.*r18-train,/);
  });

  it('makes an item of one configuration', () => {
    const [item, ...others] = read('--model', 'resnet18', '--T', '4', '--batch', '1', '--mode', 'infer').items;
    expect(others).toEqual([]);
    expect(item).toMatchObject({ kind: 'compare', name: 'resnet18-w1-t4-b1-infer', goals: [] });
    expect(item?.network).toEqual({ model: 'resnet18', width: 1, timeSteps: 4, batch: 1, mode: 'infer' });
    expect(() => read('--model', 'resnet18', '--only', 'waiting')).toThrow('--only chooses from the suite');
  });

  it('measures the figures of the documentation in an acceptance run, on the backends and against the peers given', () => {
    const { items, settings } = read('--acceptance', '--backend', 'native-avx2,wasm', '--peers', 'torch,compile-avx2');
    expect(items.map(({ kind }) => kind)).toEqual([...Array(9).fill('compare'), 'series']);
    expect(settings).toMatchObject({ acceptance: true, pairs: 5 });
    expect([settings.backends, settings.peers]).toEqual([
      ['native-avx2', 'wasm'],
      ['torch', 'compile-avx2'],
    ]);
  });

  it('compares with another clone, which has to be one that was built', () => {
    const clone = mkdtempSync(join(tmpdir(), 'kestirme-bench-'));
    expect(() => read('--before', clone)).toThrow('run npm run build in it');
    mkdirSync(join(clone, 'packages', 'bench', 'dist'), { recursive: true });
    writeFileSync(join(clone, 'packages', 'bench', 'dist', 'ours.js'), '');
    const { settings, items } = read('--before', clone);
    expect(settings.before).toEqual({ clone, commit: 'unknown' });
    expect(settings.backends).toEqual(['wasm']);
    expect(new Set(items.map(({ kind }) => kind))).toEqual(new Set(['compare']));
    expect(() => read('--before', clone, '--only', 'waiting')).toThrow('--before compares speed');
  });

  it('is small when quick, unless told otherwise', () => {
    expect(read('--quick').settings).toMatchObject({ pairs: 1, steps: 3, pretrain: 2, warmupSeconds: 0 });
    expect(read('--quick', '--pairs', '3').settings.pairs).toBe(3);
  });

  it.each([
    [['--pairs', '0'], '--pairs must be a whole number from 1 up, got 0'],
    [['--threads', '1.5'], '--threads must be a whole number'],
    [['--width', 'wide'], '--width must be a number above 0, got wide'],
    [['--mode', 'dream'], '--mode must be train or infer, got dream'],
    [['--model', 'resnet21'], 'there is no model "resnet21"'],
    [['--backend', 'cuda'], "--backend: 'cuda' is no backend: give wasm, native"],
    [['--peers', 'jax'], "--peers: there is no peer 'jax'; there are torch,"],
    [['--fast'], '--help tells the options'],
  ])('refuses %j', (argv, message) => {
    expect(() => read(...argv)).toThrow(UsageError);
    expect(() => read(...argv)).toThrow(message);
  });

  it('finds the images in a file, its folder or the folder’s parent, and refuses what is no batch', () => {
    const parent = mkdtempSync(join(tmpdir(), 'kestirme-bench-'));
    const folder = join(parent, 'cifar-10-batches-bin');
    const file = join(folder, 'data_batch_1.bin');
    expect(() => read('--data', join(parent, 'absent'))).toThrow('there are no images at');
    expect(() => read('--data', parent)).toThrow('has no data_batch_1.bin');
    mkdirSync(folder);
    writeFileSync(file, new Uint8Array(2 * 3073));
    for (const path of [file, folder, parent]) {
      expect(read('--data', path)).toMatchObject({
        images: { file, folder: undefined },
        settings: { images: 'data_batch_1.bin' },
      });
    }
    expect(readCommand([], { KESTIRME_BENCH_DATA: folder }).images.file).toBe(file);
    for (const name of ['data_batch_2', 'data_batch_3', 'data_batch_4', 'data_batch_5', 'test_batch']) {
      writeFileSync(join(folder, `${name}.bin`), '');
    }
    expect(read('--data', file).images.folder).toBe(folder);
    writeFileSync(file, new Uint8Array(3000));
    expect(() => read('--data', file)).toThrow('3000 bytes are no whole number');
  });
});
