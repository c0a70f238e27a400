/** The work that we and the peers do: the same network, batch and images. */
import { parseArgs } from 'node:util';

export interface Work {
  model: string;
  width: number;
  timeSteps: number;
  batch: number;
  threads: number;
  steps: number;
  warmup: number;
  mode: 'train' | 'infer';
  /** A binary batch of CIFAR-10, or nothing for noise. */
  data: string | undefined;
  heads: 'stages' | 'none';
}

export interface Measured {
  peer: string;
  imagesPerSecond: number;
  stepSeconds: number[];
  losses: number[];
  peakMemoryBytes: number;
}

const options = {
  model: { type: 'string', default: 'resnet20' },
  width: { type: 'string', default: '1' },
  T: { type: 'string', default: '2' },
  batch: { type: 'string', default: '32' },
  threads: { type: 'string', default: '2' },
  steps: { type: 'string', default: '10' },
  warmup: { type: 'string', default: '5' },
  mode: { type: 'string', default: 'train' },
  heads: { type: 'string', default: 'stages' },
  data: { type: 'string' },
  pairs: { type: 'string', default: '5' },
  out: { type: 'string' },
} as const;

/** Reads the command line that all programs of this package share. */
export function readArguments(argv: string[]): Work & { pairs: number; out: string | undefined } {
  const { values } = parseArgs({ args: argv, options });
  const number = (name: 'width' | 'T' | 'batch' | 'threads' | 'steps' | 'warmup' | 'pairs') => {
    const value = Number(values[name]);
    if (!(value > 0)) throw new RangeError(`--${name} must be a number above 0, got ${values[name]}`);
    return value;
  };
  const mode = values.mode;
  if (mode !== 'train' && mode !== 'infer') throw new RangeError(`--mode must be train or infer, got ${mode}`);
  return {
    model: values.model,
    width: number('width'),
    timeSteps: number('T'),
    batch: number('batch'),
    threads: number('threads'),
    steps: number('steps'),
    warmup: number('warmup'),
    mode,
    data: values.data,
    heads: values.heads === 'none' ? 'none' : 'stages',
    pairs: number('pairs'),
    out: values.out,
  };
}

/** The command line of a peer for this work. */
export function peerArguments(work: Work): string[] {
  const { model, width, timeSteps, batch, threads, steps, warmup, mode, data } = work;
  const args = ['--model', model, '--width', `${width}`, '--T', `${timeSteps}`, '--batch', `${batch}`];
  args.push('--threads', `${threads}`, '--steps', `${steps}`, '--warmup', `${warmup}`, '--mode', mode);
  return data === undefined ? args : [...args, '--data', data];
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] as number)) / 2;
}
