import { describe, expect, it } from 'vitest';
import { ownArguments, parseMeasured, readOwnArguments, type Work, workArguments } from './work.js';

const work: Work = {
  model: 'resnet18',
  width: 0.25,
  timeSteps: 4,
  batch: 16,
  threads: 2,
  mode: 'infer',
  pretrain: 3,
  warmup: 1,
  warmupSeconds: 0.5,
  steps: 7,
  data: 'images.bin',
  images: 32,
  weights: 'w.safetensors',
};

describe('work', () => {
  it('comes back from the command line as it was', () => {
    const own = { heads: 'none', threshold: 1.5, saveInitial: 'a', saveTrained: 'b' } as const;
    expect(readOwnArguments(ownArguments(work, own))).toEqual({ ...work, ...own, turns: false });
    const bare = { ...work, data: undefined, images: undefined, weights: undefined };
    const none = { heads: 'stages', threshold: 0.5, saveInitial: undefined, saveTrained: undefined } as const;
    expect(readOwnArguments(ownArguments(bare, none))).toEqual({ ...bare, ...none, turns: false });
    expect(readOwnArguments([...ownArguments(bare, none), '--turns']).turns).toBe(true);
    expect(() => readOwnArguments(workArguments(work))).toThrow('--heads is missing');
  });

  it('ends with a line of JSON, whatever is printed before', () => {
    const result = { imagesPerSecond: 2, losses: [1] };
    expect(parseMeasured('peer.py', `first step\n${JSON.stringify(result)}\n`)).toEqual(result);
    expect(() => parseMeasured('peer.py', 'hello')).toThrow("peer.py should end with a line of JSON, printed 'hello'");
    expect(() => parseMeasured('peer.py', '{"losses":[NaN]}')).toThrow('peer.py computed NaN');
    expect(() => parseMeasured('peer.py', '{"losses":[]}')).toThrow('peer.py printed no imagesPerSecond or losses');
  });
});
