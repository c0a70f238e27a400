/** What `npm run bench` measures: a table, and the goal of each figure. */

/** A figure that has a goal. */
export type Figure =
  /** Peak memory, ours over plain PyTorch's: of the whole process, and above that of the libraries at rest. */
  | 'memory'
  /** Images/s with 2 threads over images/s with 1. */
  | 'scaling'
  /** Time of a step with shortcut heads over that without, less 1. */
  | 'headCost'
  /** Slope of log time over log work: 1 is linear. */
  | 'slope'
  | 'firstStepSeconds'
  /** Share of the training time. */
  | 'waiting';

export interface Goal {
  figure: Figure;
  kind: 'at least' | 'at most';
  value: number;
}

export interface NetworkChoice {
  model: string;
  width: number;
  timeSteps: number;
  batch: number;
  mode: 'train' | 'infer';
}

/** Sizes that a series varies; 'threshold' is the neurons', for its effect on the firing rate. */
export type Axis = 'threads' | 'timeSteps' | 'batch' | 'width' | 'threshold';

interface Common {
  name: string;
  title: string;
  network: NetworkChoice;
  /** Timed steps, where the settings' number is too few for a steady median. */
  steps?: number;
  goals: readonly Goal[];
}

/** Ours and the fastest peers in alternating pairs; inference also against ONNX Runtime. What is wanted of the ratios: docs/performance.md. */
export interface CompareItem extends Common {
  kind: 'compare';
  /** In an acceptance run, too, all peers are tried. */
  allPeers?: boolean;
}
/** Ours alone at several sizes, in turn. */
export interface SeriesItem extends Common {
  kind: 'series';
  axis: Axis;
  values: readonly number[];
}
/** Ours with and without shortcut heads, in alternating pairs. */
export interface HeadsItem extends Common {
  kind: 'heads';
}
/** From the start of the process to the first step; PyTorch's beside it. */
export interface StartItem extends Common {
  kind: 'start';
}
/** The share of training that waits for data. */
export interface WaitingItem extends Common {
  kind: 'waiting';
}

/** Where the time of our step goes, by layer and kernel. */
export interface ProfileItem extends Common {
  kind: 'profile';
}

export type Item = CompareItem | SeriesItem | HeadsItem | StartItem | WaitingItem | ProfileItem;

const titles: Record<string, string> = {
  resnet18: 'ResNet-18',
  resnet19: 'ResNet-19',
  resnet20: 'ResNet-20',
  resnet34: 'ResNet-34',
};

function network(model: string, timeSteps: number, batch: number, mode: 'train' | 'infer' = 'train'): NetworkChoice {
  return { model, width: 1, timeSteps, batch, mode };
}

/** 'ResNet-18, T 2, batch 16, training'. */
export function titleOf({ model, width, timeSteps, batch, mode }: NetworkChoice): string {
  const wide = width === 1 ? '' : `, width ${width}`;
  return `${titles[model] ?? model}${wide}, T ${timeSteps}, batch ${batch}, ${mode === 'train' ? 'training' : 'inference'}`;
}

const least = (figure: Figure, value: number): Goal => ({ figure, kind: 'at least', value });
const most = (figure: Figure, value: number): Goal => ({ figure, kind: 'at most', value });

export function compareItem(name: string, choice: NetworkChoice, goals: readonly Goal[], steps?: number): CompareItem {
  return { kind: 'compare', name, title: titleOf(choice), network: choice, goals, ...(steps ? { steps } : {}) };
}

const littleMemory = [most('memory', 0.25)];
const linear = [most('slope', 1)];
const r20 = network('resnet20', 2, 32);
const r18 = network('resnet18', 2, 16);

export const suite: readonly Item[] = [
  { ...compareItem('r20-train', r20, [], 20), allPeers: true },
  compareItem('r18-train', r18, littleMemory),
  compareItem('r19-train', network('resnet19', 2, 8), [], 8),
  compareItem('r34-train', network('resnet34', 2, 8), [], 8),
  compareItem('r18-train-t4', network('resnet18', 4, 16), [], 8),
  { ...compareItem('r20-infer', network('resnet20', 2, 32, 'infer'), [], 30), allPeers: true },
  compareItem('r20-infer-b1', network('resnet20', 2, 1, 'infer'), [], 200),
  compareItem('r18-infer', network('resnet18', 2, 32, 'infer'), []),
  compareItem('r18-infer-b1', network('resnet18', 2, 1, 'infer'), [], 60),
  {
    kind: 'series',
    name: 'threads',
    title: `Scaling with threads: ${titleOf(r18)}`,
    network: r18,
    axis: 'threads',
    // Those above the number of cores are left out.
    values: [1, 2, 4, 8, 16],
    goals: [least('scaling', 1.85)],
  },
  {
    kind: 'heads',
    name: 'heads-r20',
    title: `Cost of shortcut heads: ${titleOf(r20)}`,
    network: r20,
    steps: 30,
    goals: [most('headCost', 0.03)],
  },
  {
    kind: 'heads',
    name: 'heads-r18',
    title: `Cost of shortcut heads: ${titleOf(r18)}`,
    network: r18,
    goals: [most('headCost', 0.03)],
  },
  {
    kind: 'series',
    name: 'over-t',
    title: 'Time of a training step over T: ResNet-20, batch 32',
    network: r20,
    axis: 'timeSteps',
    values: [1, 2, 4, 8],
    goals: linear,
  },
  {
    kind: 'series',
    name: 'over-batch',
    title: 'Time of a training step over the batch: ResNet-20, T 2',
    network: r20,
    axis: 'batch',
    values: [8, 16, 32, 64],
    goals: linear,
  },
  {
    kind: 'series',
    name: 'over-width',
    title: 'Time of a training step over the width: ResNet-20, T 2, batch 32',
    network: r20,
    axis: 'width',
    values: [0.5, 1, 2],
    goals: linear,
  },
  {
    kind: 'series',
    name: 'over-firing',
    title: 'Time of a training step over the firing rate: ResNet-20, T 2, batch 32',
    network: r20,
    axis: 'threshold',
    values: [0.1, 0.25, 0.5, 1, 1.5],
    goals: [],
  },
  {
    kind: 'start',
    name: 'start',
    title: 'From process start to the first training step: ResNet-20, T 2, batch 32',
    network: r20,
    goals: [most('firstStepSeconds', 1.5)],
  },
  {
    kind: 'waiting',
    name: 'waiting',
    title: 'Training waits for data, crop and flip on: ResNet-20, T 2, batch 32',
    network: r20,
    steps: 150,
    goals: [most('waiting', 0.02)],
  },
  ...[r20, r18].map(
    (choice): ProfileItem => ({
      kind: 'profile',
      name: `profile-${choice.model.replace('resnet', 'r')}`,
      title: `Where the time of a step goes: ${titleOf(choice)}`,
      network: choice,
      goals: [],
    }),
  ),
];

/** What an acceptance run measures: every figure that docs/performance.md compares with what is wanted. */
export const acceptance: readonly Item[] = suite.filter(({ kind, name }) => kind === 'compare' || name === 'threads');

/** The items with these names, in the order of the suite. @throws RangeError that lists the names. */
export function selectItems(names: readonly string[]): Item[] {
  const known = suite.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new RangeError(`there is no item '${unknown}'; there are ${known.join(', ')}`);
  return suite.filter(({ name }) => names.includes(name));
}
