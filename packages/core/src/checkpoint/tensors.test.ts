/** A state tensor by tensor: out of an engine, through memory of a bounded size. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine, createInlineEngine } from '../engine/createEngine.js';
import { batch, place, request } from '../engine/engines.test.support.js';
import type { Engine } from '../engine/types.js';
import { answeringWeights } from '../loaded/state.js';
import { answeringTensors, countOf, stateOf, type Tensors, tensorsOf, withTensorsOf } from './tensors.js';
import { tensorsSha256, weightsSha256 } from './weightsSha256.js';

describe.each([
  ['createEngine', createEngine],
  ['createInlineEngine', createInlineEngine],
] as const)('the tensors of an engine of %s', (_, create) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await create({ threads: 1 });
    await engine.load({ ...request(), training: { ...request().training, ema: 0.5 } });
    await engine.trainStep(batch(), place);
  });
  afterAll(() => engine.close());

  it('are those of its state, in one piece of memory as large as the largest', async () => {
    const state = await engine.readState();
    const sizes = Object.values(state).map(({ data }) => data.byteLength);
    const taken: (number | undefined)[] = [];
    const readTensor: Engine['readTensor'] = (name, memory) => {
      taken.push(memory?.byteLength);
      return engine.readTensor(name, memory);
    };
    const copy = await withTensorsOf({ ...engine, readTensor }, stateOf);
    expect(copy).toEqual(state);
    expect(Object.keys(copy)).toEqual(Object.keys(state));
    expect(taken).toEqual(sizes.map(() => Math.max(...sizes)));
  });

  it('that answer are those of the state, and have its hash', async () => {
    const weights = answeringWeights(await engine.readState());
    expect(weights).not.toEqual(await engine.readState());
    await withTensorsOf(engine, async (tensors) => {
      expect(await stateOf(answeringTensors(tensors))).toEqual(weights);
      expect(await tensorsSha256(answeringTensors(tensors))).toBe(await weightsSha256(weights));
      expect(await tensorsSha256(tensors)).toBe(await engine.weightsSha256());
    });
  });

  it('cannot be read when the engine may have gone on, nor by names that it has not', async () => {
    let kept: Tensors | undefined;
    let floats: Float32Array | undefined;
    await withTensorsOf(engine, async (tensors) => {
      kept = tensors;
      floats = await tensors.read('conv1.weight');
      expect(floats.length).toBe(countOf(tensors.shapes.get('conv1.weight') ?? []));
    });
    // Its memory is free again.
    expect(floats?.length).toBe(0);
    await expect(kept?.read('conv1.weight')).rejects.toThrow('"conv1.weight" is read too late');
    await expect(engine.readTensor('conv3.weight')).rejects.toThrow('has no tensor "conv3.weight"');
    expect((await engine.readTensor('optimizer.steps', new ArrayBuffer(2)))[0]).toBe(1);
  });
});

it('of a state are its own arrays', async () => {
  const state = { a: { shape: [2], data: Float32Array.of(1, 2) } };
  expect(await tensorsOf(state).read('a')).toBe(state.a.data);
  expect([[], [3, 2], [Number.MAX_VALUE, Number.MAX_VALUE, 0]].map(countOf)).toEqual([1, 6, 0]);
});
