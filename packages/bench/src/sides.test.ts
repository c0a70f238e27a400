import { describe, expect, it } from 'vitest';
import { isLimited, isPeer, peerNames, peerProcess, rivals } from './peers.js';
import { environmentOf, isOwn, readOwns, sideTitle } from './sides.js';
import type { Work } from './work.js';

const work: Work = {
  ...{ model: 'resnet20', width: 1, timeSteps: 2, batch: 4, threads: 2, mode: 'train', pretrain: 0 },
  ...{ warmup: 1, warmupSeconds: 0, steps: 1, data: undefined, images: undefined, weights: undefined },
};

describe('ours', () => {
  it('is no peer, and a level of ours no peer that is kept to it', () => {
    for (const own of readOwns('native,native-avx2,wasm')) {
      expect([isOwn(own), isPeer(own), isLimited(own)]).toEqual([true, false, false]);
    }
    for (const name of peerNames) expect([isOwn(name), isPeer(name)]).toEqual([false, true]);
    expect(() => readOwns('native,')).toThrow("'' is no backend");
  });

  it('takes its backend and level from the environment', () => {
    expect(environmentOf('native-avx2')).toMatchObject({ KESTIRME_BACKEND: 'native', KESTIRME_SIMD: 'avx2' });
    expect(environmentOf('wasm')).toMatchObject({ KESTIRME_BACKEND: 'wasm' });
    expect(environmentOf('native').KESTIRME_SIMD).toBeUndefined();
  });
});

describe('peers', () => {
  it('kept to AVX2 are the same programs in another environment, with compiled code of their own', () => {
    for (const name of rivals.filter((rival) => !isLimited(rival))) {
      const [free, kept] = [peerProcess(name, work), peerProcess(`${name}-avx2` as typeof name, work)];
      expect(kept.args).toEqual(free.args);
      expect(free.env?.ATEN_CPU_CAPABILITY).toBe(process.env.ATEN_CPU_CAPABILITY);
      expect(kept.env).toMatchObject({ ATEN_CPU_CAPABILITY: 'avx2', ONEDNN_MAX_CPU_ISA: 'AVX2' });
      expect(kept.env?.TORCHINDUCTOR_CACHE_DIR).toBe(`${free.env?.TORCHINDUCTOR_CACHE_DIR}-avx2`);
    }
    expect(sideTitle('compile-avx2')).toBe('PyTorch compiled, AVX2');
  });
});
