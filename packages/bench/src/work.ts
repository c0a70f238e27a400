/** The work that we and the peers do: the same network, batch, images and weights. */
import { parseArgs } from 'node:util';

export interface Work {
  model: string;
  width: number;
  timeSteps: number;
  batch: number;
  threads: number;
  mode: 'train' | 'infer';
  /** Training steps before all, not timed. */
  pretrain: number;
  /** Steps of the mode before the timed ones. */
  warmup: number;
  /** More of these until so much time has passed since the first of them: compilers work in the background. */
  warmupSeconds: number;
  /** Timed. */
  steps: number;
  /** A binary batch of CIFAR-10, or nothing for noise. */
  data: string | undefined;
  /** Only so many of the first images, again and again; undefined: all. */
  images: number | undefined;
  /** Weights to start from, a safetensors file with our names, or nothing for fresh ones. */
  weights: string | undefined;
}

/** What only our side takes. */
export interface OwnOptions {
  /** Shortcut heads; the peers always have one on every stage. */
  heads: 'stages' | 'none';
  /** Firing threshold; the peers always have .5. */
  threshold: number;
  /** Files for the weights before the first and after the last step. */
  saveInitial?: string | undefined;
  saveTrained?: string | undefined;
}

/** With this option a program reads numbers of steps from its standard input, a line each, and answers each by a line. */
const turns = 'turns';

/** What every program prints as a line of JSON. */
export interface Measured {
  peer: string;
  /** What our engine took; older versions, which had no choice, do not tell. */
  backend?: 'native' | 'wasm' | undefined;
  /** Its level of vector instructions; PyTorch's name for its own, such as AVX2. ONNX Runtime does not tell. */
  simd?: string | undefined;
  /** The batch over the median of the timed steps. */
  imagesPerSecond: number;
  /** Of the timed steps. */
  stepSeconds: number[];
  /** Of all steps since the start of the process, in order. */
  losses: number[];
  /** Largest resident size of the process. */
  peakMemoryBytes: number;
  /** Resident size when the libraries were loaded and nothing was done yet. */
  idleMemoryBytes: number;
  /** Share of ones by LIF layer, in one more forward pass; ONNX Runtime does not report it. */
  firingRates?: Record<string, number>;
  versions: Record<string, string>;
}

export const defaultOwn: OwnOptions = { heads: 'stages', threshold: 0.5 };

const options = {
  model: { type: 'string' },
  width: { type: 'string' },
  T: { type: 'string' },
  batch: { type: 'string' },
  threads: { type: 'string' },
  mode: { type: 'string' },
  pretrain: { type: 'string' },
  warmup: { type: 'string' },
  'warmup-seconds': { type: 'string' },
  steps: { type: 'string' },
  data: { type: 'string' },
  images: { type: 'string' },
  weights: { type: 'string' },
  heads: { type: 'string' },
  threshold: { type: 'string' },
  'save-initial': { type: 'string' },
  'save-trained': { type: 'string' },
  [turns]: { type: 'boolean' },
} as const;

/** The command line of a peer for this work. */
export function workArguments(work: Work): string[] {
  const { model, width, timeSteps, batch, threads, mode, pretrain, steps, data, images, weights } = work;
  const args = ['--model', model, '--width', `${width}`, '--T', `${timeSteps}`, '--batch', `${batch}`];
  args.push('--threads', `${threads}`, '--mode', mode, '--pretrain', `${pretrain}`);
  args.push('--warmup', `${work.warmup}`, '--warmup-seconds', `${work.warmupSeconds}`, '--steps', `${steps}`);
  if (data !== undefined) args.push('--data', data);
  if (images !== undefined) args.push('--images', `${images}`);
  if (weights !== undefined) args.push('--weights', weights);
  return args;
}

/** The command line of our side. */
export function ownArguments(work: Work, { heads, threshold, saveInitial, saveTrained }: OwnOptions): string[] {
  const args = [...workArguments(work), '--heads', heads, '--threshold', `${threshold}`];
  if (saveInitial !== undefined) args.push('--save-initial', saveInitial);
  if (saveTrained !== undefined) args.push('--save-trained', saveTrained);
  return args;
}

/** Reads back what `ownArguments` wrote. */
export function readOwnArguments(argv: string[]): Work & OwnOptions & { turns: boolean } {
  const { values } = parseArgs({ args: argv, options });
  const text = (name: Exclude<keyof typeof options, typeof turns>): string => {
    const value = values[name];
    if (value === undefined) throw new RangeError(`--${name} is missing`);
    return value;
  };
  const number = (name: Parameters<typeof text>[0]) => Number(text(name));
  return {
    model: text('model'),
    width: number('width'),
    timeSteps: number('T'),
    batch: number('batch'),
    threads: number('threads'),
    mode: text('mode') === 'infer' ? 'infer' : 'train',
    pretrain: number('pretrain'),
    warmup: number('warmup'),
    warmupSeconds: number('warmup-seconds'),
    steps: number('steps'),
    data: values.data,
    images: values.images === undefined ? undefined : number('images'),
    weights: values.weights,
    heads: text('heads') === 'none' ? 'none' : 'stages',
    threshold: number('threshold'),
    saveInitial: values['save-initial'],
    saveTrained: values['save-trained'],
    turns: values.turns ?? false,
  };
}

/** The last line of what a program printed; libraries may print before it. @throws when it is no result. */
export function parseMeasured(program: string, text: string): Measured {
  const line = text.trim().split('\n').at(-1) ?? '';
  let result: Partial<Measured> | null;
  // As Python writes it; no JSON.
  if (line.startsWith('{') && /\bNaN\b/.test(line)) throw new Error(`${program} computed NaN`);
  try {
    result = JSON.parse(line) as Partial<Measured> | null;
  } catch (cause) {
    throw new Error(`${program} should end with a line of JSON, printed '${line.slice(0, 200)}'`, { cause });
  }
  if (!Number.isFinite(result?.imagesPerSecond) || !Array.isArray(result?.losses)) {
    throw new Error(`${program} printed no imagesPerSecond or losses: '${line.slice(0, 200)}'`);
  }
  return result as Measured;
}
