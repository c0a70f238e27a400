import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { State } from '../engine/types.js';
import { startEpoch } from '../metrics/epoch.js';
import { defaultTrainingOptions } from '../train/validateOptions.js';
import {
  type Checkpoint,
  CheckpointError,
  decodeCheckpoint,
  encodeCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  writeCheckpoint,
} from './checkpoint.js';
import { decodeSafetensors, encodeSafetensors, SafetensorsError } from './safetensors.js';

/** As they were before the main head's loss was summed, too. */
const { lossMainSum: _, ...sums } = startEpoch(2);

const checkpoint = (): Checkpoint => ({
  version: 2,
  network: {
    name: 'tiny',
    input: { channels: 1, height: 2, width: 2 },
    timeSteps: 2,
    classes: 2,
    layers: [],
    heads: [{ name: 'main', tap: 'lif' }],
    taps: { stage1: 'lif' },
  },
  training: defaultTrainingOptions({ lr: 0.1 + 0.2 }),
  mean: [0.1307],
  std: [1 / 3],
  position: { epoch: 2, iteration: 5 },
  sums: { ...sums, steps: 5, lossSum: 1 / 3 },
  logBytes: 1234,
  lambda: null,
  best: null,
  state: {
    'stem.conv.weight': { shape: [1, 1, 1, 2], data: Float32Array.of(0.1, -0.2) },
    'optimizer.momentum.stem.conv.weight': { shape: [1, 1, 1, 2], data: Float32Array.of(0, 1e-30) },
  },
});

/** The encoded checkpoint with its metadata changed. */
async function tampered(change: (metadata: Record<string, string>) => void): Promise<Uint8Array> {
  const file = decodeSafetensors(await encodeCheckpoint(checkpoint()));
  change(file.metadata);
  return encodeSafetensors(file);
}

const change = (field: string, text: string) => (metadata: Record<string, string>) => {
  metadata[`kestirme.${field}`] = text;
};

describe('checkpoints', () => {
  it('are the bytes that they always were', async () => {
    const bytes = await encodeCheckpoint(checkpoint());
    expect([bytes.length, createHash('sha256').update(bytes).digest('hex')]).toEqual([
      1704,
      '59b2ef5fec0f0a810e10ed2eaba97119edb375ddd061c790345f21af824647d0',
    ]);
  });

  it('are the same file when they are written tensor by tensor, all from one piece of memory', async () => {
    const { state } = checkpoint();
    const memory = new Float32Array(2);
    const read = async (name: string) => {
      memory.set((state[name] as State[string]).data);
      return memory;
    };
    const file: number[] = [];
    const places: [at: number, bytes: number][] = [];
    const open = openCheckpoint(checkpoint());
    await writeCheckpoint({ ...open, tensors: { shapes: open.tensors.shapes, read } }, async (bytes, at) => {
      places.push([at, bytes.length]);
      await new Promise((resolve) => setImmediate(resolve));
      file.splice(at, bytes.length, ...bytes);
    });
    expect(Uint8Array.from(file)).toEqual(await encodeCheckpoint(checkpoint()));
    // The header, the tensors, and the hash within the header.
    expect(places).toEqual([
      [0, 1688],
      [1688, 8],
      [1696, 8],
      [44, 64],
    ]);
  });

  it('are not written with a tensor that has another shape than the header says', async () => {
    const open = openCheckpoint(checkpoint());
    const read = async () => new Float32Array(3);
    const written = writeCheckpoint({ ...open, tensors: { ...open.tensors, read } }, () => {});
    await expect(written).rejects.toThrow('stem.conv.weight: shape [1,1,1,2] of F32 does not fit its 3 values');
  });

  it('of before there was a choice of the loss have the usual one', async () => {
    const { loss, ...before } = checkpoint().training;
    const bytes = await tampered(change('training', JSON.stringify(before)));
    expect(parseCheckpoint(bytes, 'old.safetensors').training.loss).toEqual(loss);
  });

  it('come back bit by bit', async () => {
    expect(await decodeCheckpoint(await encodeCheckpoint(checkpoint()))).toEqual(checkpoint());
    const atStart = { ...checkpoint(), position: { epoch: 0, iteration: 0 }, sums: null, logBytes: null };
    expect(await decodeCheckpoint(await encodeCheckpoint(atStart))).toEqual(atStart);
    expect(Object.keys((await decodeCheckpoint(await encodeCheckpoint(checkpoint()))).state)).toEqual(
      Object.keys(checkpoint().state),
    );
  });

  it('are plain weights to others, and say what is in them', async () => {
    const { tensors, metadata } = decodeSafetensors(await encodeCheckpoint(checkpoint()));
    expect(metadata.format).toBe('pt');
    expect(metadata['kestirme.about']).toContain('Philox');
    expect(tensors.get('stem.conv.weight')?.shape).toEqual([1, 1, 1, 2]);
  });

  it('carry the SHA-256 of all their other bytes', async () => {
    const bytes = await encodeCheckpoint(checkpoint());
    const text = new TextDecoder('latin1').decode(bytes);
    const { 'kestirme.sha256': stated = '' } = decodeSafetensors(bytes).metadata;
    const zeros = Buffer.from(text.replace(stated, '0'.repeat(64)), 'latin1');
    expect(stated).toBe(createHash('sha256').update(zeros).digest('hex'));
  });

  it('are refused with any one bit changed, or cut off anywhere', async () => {
    const bytes = await encodeCheckpoint(checkpoint());
    for (let at = 0; at < bytes.length; at++) {
      const changed = Uint8Array.from(bytes);
      changed[at] = (bytes[at] as number) ^ (1 << (at % 8));
      const failure = await decodeCheckpoint(changed, 'c').catch((error: unknown) => error);
      expect(failure instanceof CheckpointError || failure instanceof SafetensorsError, `byte ${at}`).toBe(true);
      await expect(decodeCheckpoint(bytes.subarray(0, at))).rejects.toThrow(SafetensorsError);
    }
    const last = Uint8Array.from(bytes).fill(1, -1);
    await expect(decodeCheckpoint(last, 'c')).rejects.toThrow('c is damaged: its content is not what its SHA-256');
  });

  it.each<[string, (metadata: Record<string, string>) => void, string]>([
    ['plain weights', (m) => delete m['kestirme.version'], "run: its metadata lacks 'kestirme.version'"],
    ['a version to come', change('version', '3'), 'has checkpoint version 3, this program reads versions 1 to 2: use'],
    ['no version', change('version', ''), 'has checkpoint version , this'],
    ['the hash of a file called older', change('version', '1'), 'c.safetensors is damaged'],
    ['a missing part', (m) => delete m['kestirme.network'], "c.safetensors: metadata lacks 'kestirme.network'"],
    ['broken JSON', (m) => Object.assign(m, { 'kestirme.sums': '{' }), "'kestirme.sums' is not JSON"],
    ['another kind', (m) => Object.assign(m, { 'kestirme.mean': '{}' }), 'kestirme.mean must be a list, got {}'],
    ['nothing', (m) => Object.assign(m, { 'kestirme.training': 'null' }), 'training must be an object, got null'],
    [
      'a key twice',
      (m) => Object.assign(m, { 'kestirme.position': '{"epoch":1,"epoch":2}' }),
      "'epoch' stands there twice",
    ],
    ['a position before the start', change('position', '{"epoch":-1,"iteration":0}'), 'position.epoch must be a whole'],
    [
      'text for a number',
      change('position', '{"epoch":1,"iteration":"5"}'),
      'position.iteration must be a whole number',
    ],
    ['a number past the largest', change('mean', '[1e400]'), 'kestirme.mean[0] must be a finite number, got Infinity'],
    ['a deviation of 0', change('std', '[0]'), 'kestirme.std[0] must be a number above 0, got 0'],
    ['sums with holes', change('sums', '{"epoch":2}'), 'kestirme.sums.steps must be a whole number from 0 up'],
    ['a prototype', change('sums', '{"__proto__":{"epoch":2}}'), 'kestirme.sums.epoch must be a whole number'],
    ['sums of another kind', change('sums', '[]'), 'kestirme.sums must be an object, got []'],
    [
      'a long version',
      change('version', 'x'.repeat(1e6)),
      'x... (1000000 characters), this program reads versions 1 to 2',
    ],
    ['no count', change('logBytes', '-1'), 'kestirme.logBytes must be a whole number from 0 up, got -1'],
    ['no hash', (m) => delete m['kestirme.sha256'], 'c.safetensors is damaged'],
  ])('refuse %s', async (_, change, message) => {
    const refused = expect(decodeCheckpoint(await tampered(change), 'c.safetensors')).rejects;
    await refused.toThrow(CheckpointError);
    await refused.toThrow(message);
  });

  it('of the first version, which had no hash and fewer fields, are read', async () => {
    const old = await tampered((metadata) => {
      for (const name of ['sha256', 'about', 'logBytes', 'lambda']) delete metadata[`kestirme.${name}`];
      metadata['kestirme.version'] = '1';
    });
    expect(await decodeCheckpoint(old)).toEqual({ ...checkpoint(), logBytes: null, lambda: null, best: null });
  });

  it('refuse other types and damaged files', async () => {
    const file = decodeSafetensors(await encodeCheckpoint(checkpoint()));
    file.tensors.set('steps', { dtype: 'I64', shape: [], data: BigInt64Array.of(3n) });
    await expect(decodeCheckpoint(encodeSafetensors(file))).rejects.toThrow("expected 'steps' to be F32, got I64");
    const short = (await encodeCheckpoint(checkpoint())).subarray(0, 100);
    await expect(decodeCheckpoint(short)).rejects.toThrow(SafetensorsError);
  });
});
