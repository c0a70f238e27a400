/** The same kernels as native code: crates/bench, built for a level of vector instructions, in a process of its own. */
import { spawnSync } from 'node:child_process';
import type { Rates } from './kernels.js';
import type { Roof } from './roof.js';
import type { Shape } from './shapes.js';

export interface Times {
  /** Shortest and median call, in milliseconds. */
  shortest: number;
  median: number;
}

function line(shape: Shape, timeSteps: number, { firing, active }: Rates): string {
  if (shape.kind === 'convolution') {
    const { images, height, width, inChannels, outChannels, kernel, stride, padding, dense } = shape;
    const sizes = [images, height, width, inChannels, outChannels, kernel, stride, padding];
    return ['convolution', ...sizes, dense ? 1 : 0, firing, active].join(' ');
  }
  const { batch, height, width, channels, steps } = shape;
  if (shape.kind === 'norm') return ['norm', timeSteps, batch, height, width, channels, steps].join(' ');
  const residual = ['none', 'spikes', 'current'].indexOf(shape.residual);
  return ['neurons', timeSteps, batch, height * width, channels, steps, residual].join(' ');
}

/** The rows that the program writes for each of these lines, by their first word. */
function ask(program: string, seconds: number, lines: readonly string[]): Map<string, number[]>[] {
  const input = lines.map((one) => `${one}\n`).join('');
  const { status, stdout, stderr, error } = spawnSync(program, [`${seconds}`], {
    input,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(error?.message ?? stderr.trim());
  const answers = stdout.split('\n\n').slice(0, lines.length);
  return answers.map((answer) => {
    const rows = answer.split('\n').map((row) => row.split('\t'));
    return new Map(rows.map(([name = '', ...numbers]) => [name, numbers.map(Number)]));
  });
}

/** On one thread: by shape, in their order, and kernel. */
export function timeNative(
  program: string,
  shapes: readonly Shape[],
  { timeSteps, rates, seconds }: { timeSteps: number; rates: Rates; seconds: number },
): Map<string, Times>[] {
  const lines = shapes.map((shape) => line(shape, timeSteps, rates));
  return ask(program, seconds, lines).map(
    (kernels) =>
      new Map(
        [...kernels].map(([kernel, [shortest = Number.NaN, median = Number.NaN]]) => [kernel, { shortest, median }]),
      ),
  );
}

/** What one core does at most with the vectors of the program's level. */
export function roofOf(program: string, seconds: number): Roof {
  const [rates = new Map<string, number[]>()] = ask(program, seconds, ['roof']);
  const rate = (name: string) => rates.get(name)?.[1] ?? Number.NaN;
  const caches = [...rates].filter(([, [bytes = 0]]) => bytes > 0);
  return {
    gigaSums: rate('sums'),
    gigaProducts: rate('products'),
    reads: caches.map(([name, [bytes = 0, gigabytes = Number.NaN]]) => ({ name, bytes, gigabytes })),
  };
}
