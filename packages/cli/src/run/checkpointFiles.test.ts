import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import * as files from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCheckpoint, RandomStream } from 'kestirme';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CheckpointFiles } from './checkpointFiles.js';
import { sampleCheckpoint } from './sample.test.support.js';

// The file system as it is, but for calls that a test makes fail.
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof files>();
  return { ...real, rename: vi.fn(real.rename), open: vi.fn(real.open), rm: vi.fn(real.rm) };
});

let dir = '';
let newest = '';
let previous = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kestirme-checkpoints-'));
  newest = join(dir, 'checkpoint.safetensors');
  previous = join(dir, 'checkpoint.previous.safetensors');
});
afterEach(() => {
  vi.resetAllMocks();
  rmSync(dir, { recursive: true, force: true });
});

/** Writes checkpoints after these epochs. */
async function write(...epochs: number[]): Promise<void> {
  const checkpoints = new CheckpointFiles(dir);
  for (const epoch of epochs) await checkpoints.write(openCheckpoint(sampleCheckpoint(epoch)));
}

/** Epoch of the checkpoint to go on from; null when there is none. */
async function epochFound(): Promise<number | null> {
  return (await new CheckpointFiles(dir).read())?.checkpoint.position.epoch ?? null;
}

describe('the last two checkpoints', () => {
  it('are kept, and nothing else', async () => {
    const checkpoints = new CheckpointFiles(dir);
    expect([await checkpoints.exist(), await checkpoints.read(), checkpoints.standing]).toEqual([false, null, null]);
    await write(1, 2, 3);
    expect(readdirSync(dir).sort()).toEqual(['checkpoint.previous.safetensors', 'checkpoint.safetensors']);
    expect(await checkpoints.read()).toEqual({
      checkpoint: sampleCheckpoint(3),
      file: 'checkpoint.safetensors',
      problem: null,
    });
    expect(checkpoints.standing).toBe(`${newest}, after 3 epochs`);
    rmSync(newest);
    expect(await checkpoints.exist()).toBe(true);
    expect((await checkpoints.read())?.checkpoint).toEqual(sampleCheckpoint(2));
  });

  it('hold a good one whenever the process dies while it writes', async () => {
    const real = await vi.importActual<typeof files>('node:fs/promises');
    let left = 0;
    const dies = <A extends unknown[], R>(call: (...args: A) => Promise<R>) => {
      return async (...args: A) => {
        if (left-- <= 0) throw new Error('dead');
        return call(...args);
      };
    };
    // A dead process cleans nothing up.
    vi.mocked(files.rm).mockImplementation(async () => undefined);
    vi.mocked(files.rename).mockImplementation(dies(real.rename));
    vi.mocked(files.open).mockImplementation(async (...args) => {
      const handle = await real.open(...args);
      const write = dies(handle.write.bind(handle) as (...args: unknown[]) => Promise<unknown>);
      return Object.assign(handle, { write });
    });
    const tensors = Object.keys(sampleCheckpoint(3).state).length;
    const found: (number | null)[] = [];
    for (let calls = 0; found.at(-1) !== 3; calls++) {
      left = Number.POSITIVE_INFINITY;
      await write(1, 2);
      left = calls;
      await write(3).catch(() => undefined);
      found.push(await epochFound());
      left = Number.POSITIVE_INFINITY;
      const checkpoints = new CheckpointFiles(dir);
      const start = await checkpoints.read();
      if (start !== null) await checkpoints.settle(start);
      await checkpoints.write(openCheckpoint(sampleCheckpoint(4)));
      expect(await epochFound()).toBe(4);
    }
    // Before each write: of the header, of the tensors, of the hash; all written; the old one set aside; all done.
    expect(found).toEqual([...new Array(tensors + 2).fill(2), 2, 2, 3]);
  });
});

describe('a damaged newest checkpoint', () => {
  it('cut off at any byte of its header or elsewhere gives way to the previous one', async () => {
    await write(1, 2);
    const bytes = readFileSync(newest);
    const header = 8 + Number(bytes.readBigUInt64LE(0));
    const random = new RandomStream(1, 5);
    const elsewhere = Array.from({ length: 200 }, () => header + random.below(bytes.length - header));
    const lengths = [...Array.from({ length: header + 1 }, (_, at) => at), ...elsewhere];
    for (const length of lengths) {
      writeFileSync(newest, bytes.subarray(0, length));
      const found = await new CheckpointFiles(dir).read();
      expect(found?.checkpoint.position.epoch, `cut off at ${length}`).toBe(1);
      expect(found?.problem).toContain(`${newest}, byte `);
      expect(found?.file).toBe('checkpoint.previous.safetensors');
    }
  }, 120_000);

  it('with any bit changed gives way to the previous one', async () => {
    await write(1, 2);
    const bytes = readFileSync(newest);
    const random = new RandomStream(2, 5);
    for (let round = 0; round < 200; round++) {
      const changed = Buffer.from(bytes);
      const at = random.below(bytes.length);
      changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8));
      writeFileSync(newest, changed);
      expect(await epochFound(), `byte ${at}`).toBe(1);
    }
  }, 120_000);

  it('does not become the previous one', async () => {
    await write(1, 2);
    truncateSync(newest, 1000);
    const checkpoints = new CheckpointFiles(dir);
    const found = await checkpoints.read();
    if (found === null) throw new Error('nothing found');
    await checkpoints.settle(found);
    expect(readdirSync(dir)).toEqual(['checkpoint.safetensors']);
    expect(checkpoints.standing).toBe(`${newest}, after 1 epoch`);
    await checkpoints.write(openCheckpoint(sampleCheckpoint(2)));
    truncateSync(newest, 1000);
    expect(await epochFound()).toBe(1);
  });

  it('is refused when there is no previous one, or when that is damaged too', async () => {
    await write(1);
    truncateSync(newest, 20);
    await expect(epochFound()).rejects.toThrow(
      new RegExp(`^${newest}, byte 0: .*; there is no ${previous} to fall back on; npx kestirme train --force`),
    );
    copyFileSync(newest, previous);
    await expect(epochFound()).rejects.toThrow(
      new RegExp(
        `^${newest}, byte 0: .*; ${previous}, byte 0: .*; npx kestirme train --force --config ${dir}/config.json --out ${dir} trains`,
      ),
    );
    rmSync(newest);
    await expect(epochFound()).rejects.toThrow(`there is no ${newest}; ${previous}, byte 0`);
  });

  it('is another thing than one that cannot be read', async () => {
    await write(1, 2);
    rmSync(newest);
    mkdirSync(newest);
    await expect(epochFound()).rejects.toThrow(`cannot read ${newest}: a folder has that name (EISDIR)`);
  });
});

describe('a disk that is full', () => {
  it.each([0, 1, 100, 2000, 2999])('after %i bytes: the error names the file, both checkpoints stay', async (room) => {
    await write(1, 2);
    const before = [newest, previous].map((file) => readFileSync(file));
    const { open } = await vi.importActual<typeof files>('node:fs/promises');
    let left = room;
    vi.mocked(files.open).mockImplementation(async (...args) => {
      const handle = await open(...args);
      const real = handle.write.bind(handle);
      const write = async (bytes: Uint8Array, from: number, length: number, at: number) => {
        // A part, and nothing more when the disk is full.
        if (left === 0) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
        const written = await real(bytes, from, Math.min(length, left), at);
        left -= written.bytesWritten;
        return written;
      };
      return Object.assign(handle, { write });
    });
    await expect(write(3)).rejects.toThrow(`cannot write ${newest}: no space left on device (ENOSPC)`);
    expect([newest, previous].map((file) => readFileSync(file))).toEqual(before);
    expect(existsSync(`${newest}.tmp`)).toBe(false);
  });
});
