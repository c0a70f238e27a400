import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createInlineEngine } from '../engine/createEngine.js';
import type { Engine, State } from '../engine/types.js';
import { buildModel } from '../models/model.js';
import { defaultTrainingOptions } from '../train/validateOptions.js';
import { canonicaliseNaN } from './canonical.js';

/** Quiet and signalling, of both signs, with payloads: what hosts may make of 0 / 0. */
const nans = [0x7fc00000, 0xffc00000, 0x7fc00001, 0x7fffffff, 0x7f800001, 0xff812345];

describe('canonicaliseNaN', () => {
  it('makes one NaN of all', () => {
    const floats = new Float32Array(Uint32Array.from(nans).buffer);
    expect(canonicaliseNaN(floats)).toBe(floats);
    expect([...new Uint32Array(floats.buffer)]).toEqual(nans.map(() => 0x7fc00000));
  });

  it('leaves all other bits, in a part of a buffer, too', () => {
    // +-0, the least and the largest denormal, the least normal, 1, the largest, +-infinity, and a NaN on each side.
    const others = [0, 0x80000000, 1, 0x807fffff, 0x00800000, 0x3f800000, 0x7f7fffff, 0x7f800000, 0xff800000];
    const bits = Uint32Array.of(0xffc00001, ...others, 0xffc00001);
    canonicaliseNaN(new Float32Array(bits.buffer, 4, others.length));
    expect([...bits]).toEqual([0xffc00001, ...others, 0xffc00001]);
  });
});

describe('an engine whose weights and optimiser state have NaNs', () => {
  const network = buildModel('resnet20', { width: 0.25, timeSteps: 1, input: { channels: 1, height: 8, width: 8 } });
  const training = defaultTrainingOptions({ batchSize: 2, microBatch: 2 });
  let engine: Engine;
  let start: State;

  beforeAll(async () => {
    engine = await createInlineEngine({ build: 'single' });
    await engine.load({ network, training, mean: [0.5], std: [0.25] });
    start = await engine.readState();
  });
  afterAll(() => engine.close());

  /** The state with the bits in the last entry of every tensor: of every layout, that is. */
  function stateWith(bits: number): State {
    const state = structuredClone(start);
    for (const { data } of Object.values(state)) new Uint32Array(data.buffer)[data.length - 1] = bits;
    state['optimizer.steps'] = { shape: [1], data: Float32Array.of(3) };
    return state;
  }

  async function read(bits: number) {
    await engine.writeState(stateWith(bits));
    const state = await engine.readState();
    const words = Object.values(state).map(({ data }) => [
      ...new Uint32Array(data.buffer, data.byteOffset, data.length),
    ]);
    return { sha256: await engine.weightsSha256(), words };
  }

  it('has one hash and one state, whatever the bits of the NaNs', async () => {
    const first = await read(nans[0] as number);
    expect(first.words.filter((words) => words.includes(0x7fc00000)).length).toBe(first.words.length - 1);
    for (const bits of nans.slice(1)) expect(await read(bits)).toEqual(first);
  });

  it('tells a NaN from a number, and 0 from -0', async () => {
    const hashes = new Set<string>();
    for (const bits of [0x7fc00000, 0, 0x80000000]) hashes.add((await read(bits)).sha256);
    expect(hashes.size).toBe(3);
  });
});
