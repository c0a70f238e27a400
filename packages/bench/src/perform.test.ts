import { describe, expect, it } from 'vitest';
import { rivals } from './peers.js';
import { fastestPeer, Interrupted, type Performer, perform, type ReadyRun } from './perform.js';
import { planItem } from './plan.js';
import type { Run } from './results.js';
import { sampleItem, sampleMeasured, sampleSettings } from './sample.test.support.js';

const plan = planItem(sampleItem('r20-infer'), { settings: { ...sampleSettings, pairs: 2 }, cores: 2 });
const speeds: Record<string, number> = { wasm: 9, torch: 2, compile: 4, spikingjelly: 3, 'compile-avx2': 3 };

function performer(fails: (run: ReadyRun) => boolean = () => false, changes: Partial<Performer> = {}): Performer {
  return {
    interrupted: () => false,
    async run(run) {
      if (fails(run)) throw new Error(`${run.side} cannot`);
      return { measured: sampleMeasured(speeds[run.side] ?? 1) };
    },
    ...changes,
  };
}

describe('perform', () => {
  it('measures against the peer that was the fastest', async () => {
    const runs: Run[] = [];
    await perform(plan, performer(), runs);
    expect(fastestPeer(runs)).toBe('compile');
    expect(fastestPeer(runs, 'fastest-avx2')).toBe('compile-avx2');
    const measured = runs.filter(({ part }) => part === 'measure').map(({ side }) => side);
    const round = ['compile', 'compile-avx2', 'wasm', 'onnx'];
    expect(measured).toEqual([...round, ...round.toReversed()]);
  });

  it('lets go of peers once another of their kind was faster, and keeps the others', async () => {
    const gone = new Set<string>();
    await perform(plan, performer(undefined, { dismiss: async (side) => void gone.add(side) }), []);
    expect([...gone].sort()).toEqual([...rivals].filter((name) => !name.startsWith('compile')).sort());
  });

  it('notes a peer that fails, chooses among the others and does not try it again', async () => {
    const runs: Run[] = [];
    await perform(
      plan,
      performer(({ side }) => side === 'compile' || side === 'onnx'),
      runs,
    );
    expect(fastestPeer(runs)).toBe('spikingjelly');
    const failed = runs.filter((run) => run.failed !== undefined).map(({ side, failed: why }) => [side, why]);
    expect(failed).toEqual([
      ['compile', 'compile cannot'],
      ['onnx', 'onnx cannot'],
    ]);
  });

  it('still measures ours when no peer can run', async () => {
    const runs: Run[] = [];
    await perform(
      plan,
      performer(({ side }) => side !== 'wasm'),
      runs,
    );
    expect(fastestPeer(runs)).toBeUndefined();
    expect(runs.filter(({ part, side }) => part === 'measure' && side === 'wasm')).toHaveLength(2);
  });

  it('rejects when ours fails, and keeps what was done', async () => {
    const runs: Run[] = [];
    const late = performer(({ side, part }) => side === 'wasm' && part === 'measure');
    await expect(perform(plan, late, runs)).rejects.toThrow('wasm cannot');
    expect(runs.length).toBeGreaterThan(0);
  });

  it('does not blame a peer for an interruption', async () => {
    const runs: Run[] = [];
    let stopped = false;
    const stopping = performer(
      ({ side }) => {
        stopped = side === 'spikingjelly';
        return stopped;
      },
      { interrupted: () => stopped },
    );
    await expect(perform(plan, stopping, runs)).rejects.toThrow(Interrupted);
    expect(runs.every(({ failed }) => failed === undefined)).toBe(true);
  });

  it('tells after each run which one of the plan it was', async () => {
    const ended: number[] = [];
    const onEnd: Performer['onEnd'] = (planned) => ended.push(plan.indexOf(planned));
    await perform(
      plan,
      performer(() => false, { onEnd }),
      [],
    );
    expect(ended).toEqual(plan.map((_, index) => index));
  });
});
