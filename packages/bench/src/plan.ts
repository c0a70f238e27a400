/** The runs of an item, in order: what `perform.ts` carries out and the progress line counts. */
import { buildModel, describeNetwork } from 'kestirme';
import type { Rival } from './peers.js';
import type { Settings } from './settings.js';
import type { Own, Side } from './sides.js';
import type {
  CompareItem,
  HeadsItem,
  Item,
  NetworkChoice,
  ProfileItem,
  SeriesItem,
  StartItem,
  WaitingItem,
} from './suite.js';
import { defaultOwn, type OwnOptions, type Work } from './work.js';

/**
 * prepare: ours trains the network whose weights all later runs load. learn: both from the same initial weights.
 * select: which peer is the fastest. memory: from fresh weights, since loading some takes memory. measure: what counts.
 */
export type Part = 'prepare' | 'learn' | 'select' | 'memory' | 'measure';
/** The fastest of the peers as they come, and of those that are kept to AVX2, as the selection found them. */
export type Fastest = 'fastest' | 'fastest-avx2';

export interface PlannedRun {
  /** 'turn': timed steps of a process that stays for the next round; 'steps': of a fresh one. */
  program: 'turn' | 'steps' | 'start' | 'waiting' | 'profile';
  part: Part;
  side: Side | Fastest;
  /** The pair or round it belongs to, from 0. */
  round: number;
  /** The size on a series' axis; with heads 1 or without 0; else null. */
  at: number | null;
  /** Without images and with names, not paths, of weights: see `perform.ts`. */
  work: Work;
  own: OwnOptions;
}

export interface PlanOptions {
  settings: Settings;
  /** Of the machine: a series over threads goes no further. */
  cores: number;
}

export function planItem(item: Item, options: PlanOptions): PlannedRun[] {
  switch (item.kind) {
    case 'compare':
      return planCompare(item, options.settings);
    case 'series':
      return planSeries(item, options);
    case 'heads':
      return planHeads(item, options.settings);
    case 'start':
      return planStart(item, options.settings);
    case 'waiting':
      return planWaiting(item, options.settings);
    case 'profile':
      return planProfile(item, options.settings);
  }
}

/** The network of an item under the settings, in the size of a quick run when it is one. */
export function networkOf(choice: NetworkChoice, { quick }: Settings): NetworkChoice {
  return quick ? { ...choice, width: choice.width / 4, batch: Math.min(4, choice.batch) } : choice;
}

/** A run's work: one of `steps` timed steps on the weights named `weights`. */
function workOf(item: Item, settings: Settings, changes: Partial<Work> = {}): Work {
  const { threads, warmup, warmupSeconds } = settings;
  const usual = item.steps ?? 10;
  const steps = settings.steps ?? (settings.acceptance ? Math.ceil(usual / 2) : usual);
  const work = { ...networkOf(item.network, settings), threads, pretrain: 0, warmup, warmupSeconds, steps };
  return { ...work, data: undefined, images: undefined, weights: 'trained', ...changes };
}

const cold = { warmup: 0, warmupSeconds: 0 };

type Fixed = Pick<PlannedRun, 'part' | 'side' | 'work'> & Partial<PlannedRun>;

function planned(run: Fixed): PlannedRun {
  return { program: 'steps', round: 0, at: null, own: defaultOwn, ...run };
}

/** As many rounds of these runs; every other round in the opposite order, so that neither side is always the first. */
function alternate(rounds: number, runs: PlannedRun[]): PlannedRun[] {
  return Array.from({ length: rounds }, (_, round) =>
    (round % 2 === 0 ? runs : runs.toReversed()).map((run) => ({ ...run, round })),
  ).flat();
}

/** Ours, on the first backend, trains from fresh weights and leaves them as 'initial' and the result under `name`. */
function prepare(item: Item, settings: Settings, name: string, changes: Partial<Work> = {}): PlannedRun {
  const steps = settings.pretrain;
  const work = workOf(item, settings, { mode: 'train', weights: undefined, ...cold, steps, ...changes });
  const own = { ...defaultOwn, saveInitial: 'initial', saveTrained: name };
  return planned({ part: 'prepare', side: settings.backends[0] as Own, work, own });
}

function planCompare(item: CompareItem, settings: Settings): PlannedRun[] {
  if (settings.before !== null) return planBefore(item, settings);
  const work = workOf(item, settings);
  const { backends } = settings;
  const short = { ...work, warmup: Math.min(work.warmup, 3), warmupSeconds: 0, steps: Math.ceil(work.steps / 2) };
  const select = peersFor(item, settings).map((side) =>
    planned({ program: 'turn', part: 'select', side, work: short }),
  );
  const peers: PlannedRun['side'][] = ['fastest', 'fastest-avx2'];
  const sides = work.mode === 'train' ? [...backends, ...peers] : [...peers, ...backends, 'onnx' as const];
  const measure = sides.map((side) => planned({ program: 'turn', part: 'measure', side, work }));
  return [
    prepare(item, settings, 'trained', { batch: preparingBatch(work, settings) }),
    ...select,
    ...planLearning(item, settings),
    ...planMemory(item, settings),
    ...alternate(settings.pairs, measure),
  ];
}

/** Libraries on PyTorch have its convolutions and neurons of their own: an acceptance run tries them on the first items only. */
function peersFor(item: CompareItem, { peers, acceptance }: Settings): readonly Rival[] {
  const wrapper = /^(?:spikingjelly|snntorch)/;
  return acceptance && !item.allPeers ? peers.filter((name) => !wrapper.test(name)) : peers;
}

/** Inference of single images runs a network that was trained on more than one at a time. */
function preparingBatch({ mode, batch }: Work, { quick }: Settings): number {
  return mode === 'train' ? batch : Math.max(batch, quick ? 4 : 32);
}

/** Ours in alternating pairs with ours of another clone, from the same weights; all in fresh processes, which it can in any version. */
function planBefore(item: CompareItem, settings: Settings): PlannedRun[] {
  const work = workOf(item, settings);
  const sides: Side[] = [...settings.backends, 'before'];
  return [
    prepare(item, settings, 'trained', { batch: preparingBatch(work, settings) }),
    ...alternate(
      settings.pairs,
      sides.map((side) => planned({ part: 'measure', side, work })),
    ),
  ];
}

const fewestLearningSteps = 10;

/**
 * Two batches again and again: so few images are learnt within the steps, where a whole data set shows no trend yet.
 * An acceptance run compares the first turns of the pairs instead.
 */
function planLearning(item: CompareItem, settings: Settings): PlannedRun[] {
  if (item.network.mode !== 'train' || settings.acceptance) return [];
  const steps = Math.max(fewestLearningSteps, settings.pretrain);
  const { batch } = networkOf(item.network, settings);
  const work = workOf(item, settings, { weights: 'initial', images: 2 * batch, ...cold, steps });
  const sides: PlannedRun['side'][] = [...settings.backends, 'fastest', 'fastest-avx2'];
  return sides.map((side) => planned({ part: 'learn', side, work }));
}

/** Peak memory against plain PyTorch's; where there is no goal once, or in an acceptance run not at all. */
function planMemory(item: CompareItem, settings: Settings): PlannedRun[] {
  const wanted = item.goals.some(({ figure }) => figure === 'memory');
  if (item.network.mode !== 'train' || (settings.acceptance && !wanted)) return [];
  const work = workOf(item, settings, { weights: undefined, ...cold, warmup: 1, steps: 3 });
  const sides: Side[] = [...settings.backends, 'torch'];
  return alternate(
    wanted ? settings.pairs : 1,
    sides.map((side) => planned({ part: 'memory', side, work })),
  );
}

/** The sizes of a series under the settings. */
export function valuesOf({ axis, values }: SeriesItem, { settings, cores }: PlanOptions): number[] {
  if (axis === 'threads') return values.filter((threads) => threads <= cores);
  if (!settings.quick) return [...values];
  if (axis === 'width') return values.map((width) => width / 4);
  return axis === 'batch' ? values.map((batch) => batch / 8) : [...values];
}

function planSeries(item: SeriesItem, options: PlanOptions): PlannedRun[] {
  const { settings } = options;
  const values = valuesOf(item, options);
  // A network of another T or width has weights of its own.
  const own = item.axis === 'timeSteps' || item.axis === 'width';
  const preparing = own
    ? values.map((value) => prepare(item, settings, `trained-${value}`, { [item.axis]: value }))
    : [prepare(item, settings, 'trained')];
  const runs = values.flatMap((at) => {
    const change = item.axis === 'threshold' ? {} : { [item.axis]: at };
    const work = workOf(item, settings, { ...change, weights: own ? `trained-${at}` : 'trained' });
    const threshold = item.axis === 'threshold' ? at : defaultOwn.threshold;
    return onEach(settings, { program: 'turn', at, work, own: { ...defaultOwn, threshold } });
  });
  return [...preparing, ...alternate(settings.pairs, runs)];
}

/** The same on each of our backends. */
function onEach({ backends }: Settings, run: Pick<PlannedRun, 'program' | 'work'> & Partial<PlannedRun>): PlannedRun[] {
  return backends.map((side) => planned({ part: 'measure', side, ...run }));
}

function planHeads(item: HeadsItem, settings: Settings): PlannedRun[] {
  const work = workOf(item, settings);
  const runs = (['stages', 'none'] as const).flatMap((heads) =>
    onEach(settings, { program: 'turn', at: heads === 'none' ? 0 : 1, work, own: { ...defaultOwn, heads } }),
  );
  return [prepare(item, settings, 'trained'), ...alternate(settings.pairs, runs)];
}

function planStart(item: StartItem, settings: Settings): PlannedRun[] {
  const work = workOf(item, settings, { weights: undefined, ...cold, steps: 1 });
  const peer = planned({ program: 'start', part: 'measure', side: 'torch', work });
  return alternate(settings.pairs, [...onEach(settings, { program: 'start', work }), peer]);
}

function planWaiting(item: WaitingItem, settings: Settings): PlannedRun[] {
  const work = workOf(item, settings, { weights: undefined, warmup: 10 });
  return alternate(settings.pairs, onEach(settings, { program: 'waiting', work }));
}

function planProfile(item: ProfileItem, settings: Settings): PlannedRun[] {
  return [
    prepare(item, settings, 'trained'),
    ...onEach(settings, { program: 'profile', work: workOf(item, settings) }),
  ];
}

/** Multiply-accumulates of a run, were its inputs dense; backward counts twice the forward pass. */
export function workload({ model, width, timeSteps, batch, mode, pretrain, warmup, steps }: Work): number {
  const { macsPerStep } = describeNetwork(buildModel(model, { width, timeSteps }));
  const passes = 3 * pretrain + (mode === 'train' ? 3 : 1) * (warmup + steps);
  return macsPerStep * timeSteps * batch * passes;
}
