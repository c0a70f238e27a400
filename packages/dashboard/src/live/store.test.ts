import { describe, expect, it, vi } from 'vitest';
import { differingKeys, groupCurve, groupRuns } from './groups.js';
import type { EpochPoint, RunInfo, StepPoint } from './protocol.js';
import type { LiveListener } from './source.js';
import { Store } from './store.js';

function info(id: string, config: Record<string, unknown> = {}): RunInfo {
  return {
    ...{ id, name: id, config, state: 'going', own: false, epochsDone: 0, stepsDone: 0, stepsPerEpoch: null },
    ...{ imagesPerSecond: null, secondsLeft: null, problem: null },
  };
}

const point = (epoch: number, testAccuracy = 0.5) => ({ epoch, testAccuracy }) as EpochPoint;
const step = (number: number, loss = 2): StepPoint => [number, loss, 0.5, 0.5, 0.1, 1, 2 * loss];

function storeOf(...runs: RunInfo[]): Store {
  const store = new Store(() => {});
  store.takeRuns({ runs, session: null });
  return store;
}

describe('Store', () => {
  it('appends epochs, and takes back what a run that was cut back has done again', () => {
    const store = storeOf(info('a'));
    store.takeEpochs({ id: 'a', from: 0, points: [point(0), point(1), point(2)] });
    store.takeEpochs({ id: 'a', from: 1, points: [point(1, 0.7)] });
    store.takeEpochs({ id: 'unknown', from: 0, points: [point(0)] });
    expect(store.runs.get('a')?.epochs).toEqual([point(0), point(1, 0.7)]);
  });

  it('keeps points of runs that stay, and forgets those that go', () => {
    const store = storeOf(info('a'), info('b'));
    store.takeSteps({ id: 'a', replace: true, points: [step(0)] });
    store.takeRuns({ runs: [info('a')], session: 'going' });
    expect([...store.runs.keys()]).toEqual(['a']);
    expect(store.runs.get('a')?.steps).toEqual([step(0)]);
    expect(store.session).toBe('going');
  });

  it('thins many steps by means, evenly', () => {
    const store = storeOf(info('a'));
    const points = Array.from({ length: 801 }, (_, at) => step(at, at % 2));
    store.takeSteps({ id: 'a', replace: false, points });
    const { steps = [] } = store.runs.get('a') ?? {};
    expect(steps).toHaveLength(401);
    expect(steps.slice(0, 2)).toEqual([step(1, 0.5), step(3, 0.5)]);
  });

  it('tells of events and of the connection', () => {
    const changed = vi.fn();
    const store = new Store(changed);
    const listeners: LiveListener[] = [];
    store.listen({ listen: (one) => listeners.push(one), ask: async () => null, wish: async () => {} });
    listeners[0]?.connection('open');
    listeners[0]?.event('runs', { runs: [info('a')], session: null }, 10);
    expect([store.connection, store.runs.size, store.traffic.bytes, changed.mock.calls.length]).toEqual([
      ...['open', 1, 10, 2],
    ]);
    listeners[0]?.connection('lost');
    expect(store.connection).toBe('lost');
  });
});

describe('groups', () => {
  const runs = () => {
    const configs = [
      { method: 'vanilla', seed: 0, lr: 0.1 },
      { method: 'vanilla', seed: 1, threads: 4, lr: 0.1 },
      { method: 'evolution', seed: 0, lr: 0.1 },
      { method: 'evolution', seed: 0, lr: 0.2 },
    ];
    const store = storeOf(...configs.map((config, at) => info(`r${at}`, config)));
    store.takeEpochs({ id: 'r0', from: 0, points: [point(0, 0.2), point(1, 0.4)] });
    store.takeEpochs({ id: 'r1', from: 0, points: [point(0, 0.4), point(1, Number.NaN)] });
    return [...store.runs.values()];
  };

  it('are runs that differ in the seed alone, and are named by what sets them apart', () => {
    const groups = groupRuns(runs());
    expect(groups.map(({ label, colour, runs: own }) => [label, colour, own.length])).toEqual([
      ['vanilla', 0, 2],
      ['evolution, lr 0.1', 2, 1],
      ['evolution, lr 0.2', 3, 1],
    ]);
    expect(differingKeys(runs().slice(0, 2))).toEqual(['seed', 'threads']);
  });

  it('have the mean of their runs as a curve, and the range as a band; what is no number is left out', () => {
    const [vanilla] = groupRuns(runs());
    if (vanilla === undefined) throw new Error('there is no group');
    const curve = groupCurve(vanilla, {
      points: (run) => run.epochs,
      x: (one) => one.epoch + 1,
      y: (one) => one.testAccuracy,
    });
    expect(curve.points[0]?.[1]).toBeCloseTo(0.3);
    expect(curve.points[1]).toEqual([2, 0.4]);
    expect(curve.band).toEqual([[1, 0.2, 0.4]]);
  });
});
