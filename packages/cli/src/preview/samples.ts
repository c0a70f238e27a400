import { enumerate } from '@kestirme/dashboard/charts';
import type { Batch, DataInfo } from 'kestirme';
import { escapeHtml } from '../report/html.js';
import { colours, type Range, rangeOf } from './colours.js';
import { png } from './png.js';

/** Pixels that a sample's picture has at least, so that small ones can be seen. */
const LEAST_WIDTH = 96;

/** One sample of a batch as a row of pictures, a picture for each frame. */
export function pictures({ images, size }: Batch, i: number, info: DataInfo): string {
  const { height, width, channels, frames = 1 } = info;
  const length = images.length / size;
  const sample = images.subarray(i * length, (i + 1) * length);
  const range = rangeOf(sample, info.frames === undefined);
  const scale = Math.max(1, Math.round(LEAST_WIDTH / width));
  const frame = height * width * channels;
  const all = Array.from({ length: frames }, (_, t) => {
    const rgb = colours(sample.subarray(t * frame, (t + 1) * frame), channels, range);
    const data = png(rgb, height, width).toString('base64');
    const name = frames === 1 ? 'image' : `frame ${t + 1} of ${frames}`;
    const sizes = `width="${scale * width}" height="${scale * height}"`;
    return `<img alt="${name}" title="${name}" ${sizes} src="data:image/png;base64,${data}">`;
  });
  return `<div class="frames">${all.join('')}</div>${range === null ? '' : rangeNote(range)}`;
}

const rangeNote = ({ low, high }: Range) => `<small>${short(low)} to ${short(high)}</small>`;

const short = (value: number) => String(Number(value.toPrecision(3)));

/** 'cat, training sample 12', or both labels of a mixture with their shares. */
export function label({ labels, indices, mix, size }: Batch, i: number, { classNames }: DataInfo): string {
  const name = (of: number) => classNames[of] ?? String(of);
  const own = name(labels[i] as number);
  const other = mix?.share[i] ?? 0;
  if (mix === undefined || other === 0) return escapeHtml(`${own}, sample ${indices[i]}`);
  const before = indices[(i + size - 1) % size];
  const parts = [
    `${short(1 - other)} ${own}, sample ${indices[i]}`,
    `${short(other)} ${name(mix.labels[i] as number)}, sample ${before}`,
  ];
  return escapeHtml(enumerate(parts));
}
