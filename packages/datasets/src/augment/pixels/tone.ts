/** Changes of each byte by a table, as Pillow's ImageOps has them; in place. */
import type { Sample } from '../../samples/sample.js';
import { bytesOf, frames } from './frames.js';

type Table = (value: number) => number;

export const invert = (sample: Sample): Sample => throughTable(sample, (value) => 255 - value);

/** Keeps the upper `bits` of each byte, 0 to 8. */
export function posterize(sample: Sample, bits: number): Sample {
  const mask = 256 - (1 << (8 - bits));
  return throughTable(sample, (value) => value & mask);
}

/** Inverts the bytes from `threshold` up. */
export const solarize = (sample: Sample, threshold: number): Sample =>
  throughTable(sample, (value) => (value < threshold ? value : 255 - value));

/** Stretches each channel so that its least and largest bytes are 0 and 255. */
export const autoContrast = (sample: Sample): Sample =>
  throughOwnTables(sample, (counts) => {
    const low = counts.findIndex((count) => count > 0);
    const high = counts.findLastIndex((count) => count > 0);
    if (high <= low) return null;
    const scale = 255 / (high - low);
    const offset = -low * scale;
    return (value) => clip(Math.trunc(value * scale + offset));
  });

/** Spreads the bytes of each channel so that all are about equally frequent. */
export const equalize = (sample: Sample): Sample =>
  throughOwnTables(sample, (counts) => {
    const total = counts.reduce((sum, count) => sum + count, 0);
    const last = counts.findLast((count) => count > 0) ?? 0;
    const step = Math.floor((total - last) / 255);
    if (step === 0) return null;
    let sum = Math.floor(step / 2);
    const below = Array.from(counts, (count) => {
      const before = sum;
      sum += count;
      return before;
    });
    return (value) => clip(Math.floor((below[value] as number) / step));
  });

const clip = (value: number) => Math.max(0, Math.min(255, value));

function throughTable(sample: Sample, table: Table): Sample {
  change(bytesOf(sample), table, 0, 1);
  return sample;
}

/** `tableOf` sees how often each byte is in a channel of a frame; null: the channel stays. */
function throughOwnTables(sample: Sample, tableOf: (counts: Uint32Array) => Table | null): Sample {
  const { channels } = sample;
  for (const frame of frames(sample)) {
    for (let channel = 0; channel < channels; channel++) {
      const counts = new Uint32Array(256);
      for (let i = channel; i < frame.length; i += channels) {
        const value = frame[i] as number;
        counts[value] = (counts[value] as number) + 1;
      }
      const table = tableOf(counts);
      if (table !== null) change(frame, table, channel, channels);
    }
  }
  return sample;
}

function change(bytes: Uint8Array, table: Table, from: number, stride: number): void {
  const values = Uint8Array.from({ length: 256 }, (_, value) => table(value));
  for (let i = from; i < bytes.length; i += stride) bytes[i] = values[bytes[i] as number] as number;
}
