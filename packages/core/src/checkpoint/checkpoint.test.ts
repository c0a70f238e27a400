import { describe, expect, it } from 'vitest';
import { startEpoch } from '../metrics/epoch.js';
import { defaultTrainingOptions } from '../train/validateOptions.js';
import {
  type Checkpoint,
  CheckpointError,
  checkpointPieces,
  decodeCheckpoint,
  encodeCheckpoint,
} from './checkpoint.js';
import { decodeSafetensors, encodeSafetensors, SafetensorsError } from './safetensors.js';

const checkpoint = (): Checkpoint => ({
  version: 1,
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
  sums: { ...startEpoch(2), steps: 5, lossSum: 1 / 3 },
  state: {
    'stem.conv.weight': { shape: [1, 1, 1, 2], data: Float32Array.of(0.1, -0.2) },
    'optimizer.momentum.stem.conv.weight': { shape: [1, 1, 1, 2], data: Float32Array.of(0, 1e-30) },
  },
});

/** The encoded checkpoint with its metadata changed. */
function tampered(change: (metadata: Record<string, string>) => void): Uint8Array {
  const file = decodeSafetensors(encodeCheckpoint(checkpoint()));
  change(file.metadata);
  return encodeSafetensors(file);
}

describe('checkpoints', () => {
  it('are the same file in pieces, which are the tensors themselves', () => {
    const whole = checkpoint();
    const pieces = checkpointPieces(whole);
    expect(Uint8Array.from(pieces.flatMap((piece) => [...piece]))).toEqual(encodeCheckpoint(whole));
    expect(pieces.slice(1).map(({ buffer }) => buffer)).toEqual(
      Object.values(whole.state).map(({ data }) => data.buffer),
    );
    expect(pieces[1]?.buffer).toBe(whole.state['stem.conv.weight']?.data.buffer);
  });

  it('come back bit by bit', () => {
    expect(decodeCheckpoint(encodeCheckpoint(checkpoint()))).toEqual(checkpoint());
    const atStart = { ...checkpoint(), position: { epoch: 0, iteration: 0 }, sums: null };
    expect(decodeCheckpoint(encodeCheckpoint(atStart))).toEqual(atStart);
    expect(Object.keys(decodeCheckpoint(encodeCheckpoint(checkpoint())).state)).toEqual(
      Object.keys(checkpoint().state),
    );
  });

  it('are plain weights to others', () => {
    const { tensors, metadata } = decodeSafetensors(encodeCheckpoint(checkpoint()));
    expect(metadata.format).toBe('pt');
    expect(tensors.get('stem.conv.weight')?.shape).toEqual([1, 1, 1, 2]);
  });

  it.each<[string, (metadata: Record<string, string>) => void, string]>([
    ['plain weights', (m) => delete m['kestirme.version'], "run: its metadata lacks 'kestirme.version'"],
    ['another version', (m) => Object.assign(m, { 'kestirme.version': '2' }), 'has checkpoint version 2'],
    ['a missing part', (m) => delete m['kestirme.network'], "c.safetensors: metadata lacks 'kestirme.network'"],
    ['broken JSON', (m) => Object.assign(m, { 'kestirme.sums': '{' }), "'kestirme.sums' is not JSON"],
    ['another kind', (m) => Object.assign(m, { 'kestirme.mean': '{}' }), "expected 'kestirme.mean' to be a list"],
    ['nothing', (m) => Object.assign(m, { 'kestirme.training': 'null' }), "'kestirme.training' to be an object"],
  ])('refuse %s', (_, change, message) => {
    expect(() => decodeCheckpoint(tampered(change), 'c.safetensors')).toThrow(CheckpointError);
    expect(() => decodeCheckpoint(tampered(change), 'c.safetensors')).toThrow(message);
  });

  it('refuse other types and damaged files', () => {
    const file = decodeSafetensors(encodeCheckpoint(checkpoint()));
    file.tensors.set('steps', { dtype: 'I64', shape: [], data: BigInt64Array.of(3n) });
    expect(() => decodeCheckpoint(encodeSafetensors(file))).toThrow("expected 'steps' to be F32, got I64");
    expect(() => decodeCheckpoint(encodeCheckpoint(checkpoint()).subarray(0, 100))).toThrow(SafetensorsError);
  });
});
