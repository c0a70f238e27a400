/** The same kernels as native code: crates/bench in a process of its own. */
import { spawnSync } from 'node:child_process';
import type { Rates } from './kernels.js';
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

/** By shape, in their order, and kernel. */
export function timeNative(
  program: string,
  shapes: readonly Shape[],
  { timeSteps, rates, threads, seconds }: { timeSteps: number; rates: Rates; threads: number; seconds: number },
): Map<string, Times>[] {
  const input = shapes.map((shape) => `${line(shape, timeSteps, rates)}\n`).join('');
  const { status, stdout, stderr, error } = spawnSync(program, [`${threads}`, `${seconds}`], {
    input,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(error?.message ?? stderr.trim());
  const layers = stdout.split('\n\n').slice(0, shapes.length);
  return layers.map((layer) => {
    const rows = layer.split('\n').map((row) => row.split('\t'));
    return new Map(
      rows.map(([kernel = '', shortest, median]) => [kernel, { shortest: Number(shortest), median: Number(median) }]),
    );
  });
}
