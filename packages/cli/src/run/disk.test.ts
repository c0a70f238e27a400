/** Whole runs on disks that are full or may not be written to. */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const program = join(import.meta.dirname, '../../bin/kestirme.mjs');
const folder = mkdtempSync(join(tmpdir(), 'kestirme-disk-'));
const small = ['--limit', '60,20', '--batch', '10', '--width', '0.25', '--T', '1', '--epochs', '2', '--threads', '1'];
const posix = process.platform !== 'win32';
const isRoot = process.getuid?.() === 0;

function command(name: string, args: string[]) {
  const { status, stderr } = spawnSync(name, args, { encoding: 'utf8' });
  return { code: status, err: stderr };
}

const train = (dir: string, options: string[] = small) =>
  command(process.execPath, [program, 'train', '--out', dir, ...options]);

/** As `train`, but no file may become longer: to the process, a disk that is full after so many KiB. */
const trainWithin = (kibibytes: number, dir: string, options: string[]) => {
  const limited = `ulimit -f ${kibibytes}; exec "$0" "$@"`;
  return command('bash', ['-c', limited, process.execPath, program, 'train', '--out', dir, ...options]);
};

const weights = (dir: string) => JSON.parse(readFileSync(join(dir, 'result.json'), 'utf8')).weightsSha256;
const checkpoints = ['checkpoint.previous.safetensors', 'checkpoint.safetensors'];
/** Without what is for looking at alone. */
const files = (dir: string) =>
  readdirSync(dir)
    .filter((name) => name !== 'report.html' && name !== 'answers.json')
    .sort();
const contents = (dir: string) => checkpoints.map((name) => readFileSync(join(dir, name)).toString('base64'));

const whole = join(folder, 'whole');
const halfway = join(folder, 'halfway');
beforeAll(() => {
  expect(train(whole, [...small, '--checkpoint-every', '3steps'])).toMatchObject({ code: 0 });
  // As if killed behind the middle of the second epoch.
  cpSync(whole, halfway, { recursive: true });
  for (const name of ['result.json', 'report.html', 'checkpoint.safetensors']) rmSync(join(halfway, name));
  cpSync(join(halfway, 'checkpoint.previous.safetensors'), join(halfway, 'checkpoint.safetensors'));
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function copyOf(dir: string, name: string): string {
  const copy = join(folder, name);
  cpSync(dir, copy, { recursive: true });
  return copy;
}

describe.runIf(posix)('a disk that is full', () => {
  it('at the first checkpoint: says so, leaves nothing half written, and the run begins again', () => {
    const dir = join(folder, 'first');
    const { code, err } = trainWithin(96, dir, small);
    expect(err).toContain(
      `kestirme: cannot write ${join(dir, 'checkpoint.safetensors')}: the file would be larger than is allowed (EFBIG)`,
    );
    expect(code).toBe(1);
    expect(files(dir)).toEqual(['best.safetensors', 'config.json', 'fingerprint.json', 'metrics.jsonl', 'steps.jsonl']);
    expect(train(dir, ['--resume'])).toMatchObject({ code: 0, err: expect.stringContaining('no checkpoint yet') });
    expect(weights(dir)).toBe(weights(whole));
  }, 180_000);

  it('at a later checkpoint: names the one that stands, which the run goes on from', () => {
    const dir = copyOf(halfway, 'later');
    const before = contents(dir);
    const { code, err } = trainWithin(96, dir, ['--resume']);
    expect(err).toContain(`--resume goes on from ${join(dir, 'checkpoint.safetensors')}, after 1 epoch and 3 steps`);
    expect(err).toContain(
      `kestirme: cannot write ${join(dir, 'checkpoint.safetensors')}: the file would be larger than is allowed (EFBIG)`,
    );
    expect(code).toBe(1);
    expect(contents(dir)).toEqual(before);
    expect(files(dir)).toEqual([
      'best.safetensors',
      ...checkpoints,
      'config.json',
      'fingerprint.json',
      'metrics.jsonl',
      'steps.jsonl',
    ]);
    expect(train(dir, ['--resume', '--threads', '2'])).toMatchObject({ code: 0 });
    expect(weights(dir)).toBe(weights(whole));
  }, 180_000);
});

it.runIf(posix && !isRoot)(
  'a folder without permission is left as it is',
  () => {
    const dir = copyOf(halfway, 'forbidden');
    chmodSync(dir, 0o500);
    const { code, err } = train(dir, ['--resume']);
    chmodSync(dir, 0o700);
    expect(err).toContain(`kestirme: cannot write ${join(dir, 'run.lock')}: permission denied (EACCES)`);
    expect(code).toBe(1);
    expect(contents(dir)).toEqual(contents(halfway));
  },
  180_000,
);

// Only root may mount, and not in every container.
const disk = join(folder, 'mounted');
mkdirSync(disk);
const isMounted = isRoot && command('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk]).code === 0;

describe.runIf(isMounted)('a disk of its own', () => {
  const remount = (options: string) => expect(command('mount', ['-o', `remount,${options}`, disk]).code).toBe(0);
  afterAll(() => expect(command('umount', [disk]).code).toBe(0));

  it('that fills up with the second checkpoint keeps the first', () => {
    const dir = join(disk, 'run');
    // In KiB: 200, then 172 for a checkpoint, 96 for the best weights, 36 for metrics, 140 for the report if there is one.
    remount('size=500k');
    const { code, err } = train(dir, [...small, '--checkpoint-every', '3steps']);
    const file = join(dir, 'checkpoint.safetensors');
    expect(err).toContain(`--resume goes on from ${file}, after 0 epochs and 3 steps`);
    expect(err).toContain(`kestirme: cannot write ${file}: no space left on device (ENOSPC)`);
    expect(code).toBe(1);
    expect(files(dir)).toEqual([
      ...[
        'best.safetensors',
        'checkpoint.safetensors',
        'config.json',
        'fingerprint.json',
        'metrics.jsonl',
        'steps.jsonl',
      ],
    ]);
    remount('size=8m');
    expect(train(dir, ['--resume'])).toMatchObject({
      code: 0,
      err: expect.stringContaining('after 0 epochs and 3 steps'),
    });
    expect(weights(dir)).toBe(weights(whole));
  }, 180_000);

  it('that is full to the last byte refuses, and changes nothing', () => {
    const dir = join(disk, 'full');
    cpSync(halfway, dir, { recursive: true });
    command('dd', ['if=/dev/zero', `of=${join(disk, 'filling')}`, 'bs=4096']);
    const { code, err } = train(dir, ['--resume']);
    expect(err).toMatch(/kestirme: cannot write \S+: no space left on device \(ENOSPC\)/);
    expect(code).toBe(1);
    expect(contents(dir)).toEqual(contents(halfway));
    expect(existsSync(join(dir, 'run.lock'))).toBe(false);
    rmSync(join(disk, 'filling'));
    expect(train(dir, ['--resume']).code).toBe(0);
    expect(weights(dir)).toBe(weights(whole));
  }, 180_000);

  it('that may only be read refuses', () => {
    const dir = join(disk, 'read only');
    cpSync(halfway, dir, { recursive: true });
    remount('ro');
    const { code, err } = train(dir, ['--resume']);
    const fresh = train(join(disk, 'new'));
    remount('rw');
    expect(err).toContain(`kestirme: cannot write ${join(dir, 'run.lock')}: the disk is read-only (EROFS)`);
    expect(fresh.err).toContain('cannot be a folder of results: the disk is read-only (EROFS)');
    expect([code, fresh.code]).toEqual([1, 2]);
    expect(train(dir, ['--resume']).code).toBe(0);
    expect(weights(dir)).toBe(weights(whole));
  }, 180_000);
});
