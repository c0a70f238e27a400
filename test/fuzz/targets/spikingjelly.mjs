// SpikingJelly's cached events. Of an archive, chance would hardly keep the checksums: an input that begins as an array is
// its columns, one after the other, which are packed rightly.
import { createRequire } from 'node:module';
import { eventTarget, instrumentsOf } from '../eventTarget.mjs';

export const instruments = instrumentsOf('formats/spikingjelly');

const names = ['t', 'x', 'y', 'p'];
const words = ["'<f8'", "'<i4'", "'>u2'", "'|u1'", "'|b1'", '(3,)', '(1, 3)', '(0,)'];

export async function target() {
  const { zipSync } = createRequire(new URL('../../../packages/datasets/package.json', import.meta.url))('fflate');
  const { run, ...rest } = await eventTarget('spikingjelly', 2048);
  const pack = (bytes) => {
    const columns = columnsOf(bytes).map((column, place) => [`${names[place] ?? place}.npy`, column]);
    return zipSync(Object.fromEntries(columns), { level: 0, mtime: '1980-01-01T00:00:00' });
  };
  return { ...rest, words, run: (bytes) => run(bytes[0] === 0x93 ? pack(bytes) : bytes) };
}

/** The pieces of an input that begin as arrays do. */
function columnsOf(bytes) {
  const input = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const columns = [];
  for (let from = 0; from < input.length; ) {
    const next = input.indexOf('\x93NUMPY', from + 1, 'latin1');
    const end = next < 0 ? input.length : next;
    columns.push(input.subarray(from, end));
    from = end;
  }
  return columns;
}
