/**
 * SpikingJelly's cached events: an .npz file with the arrays t (microseconds), x, y and p, one number for each event, of
 * any type. Such a file has all of one column before the next: it is read as a whole, and refused when it is larger than
 * a gigabyte.
 */
import { DatasetError } from '../../error.js';
import type { NpyArray } from '../../formats/npyData.js';
import { readNpz } from '../../formats/npz.js';
import { writeNpz } from '../../formats/writeNpz.js';
import type { ByteStream, EventFormat, EventReadOptions, Events } from '../events.js';
import { refuse } from '../problems.js';
import { startsWith } from './lines.js';
import { EventSink } from './sink.js';

const names = ['t', 'x', 'y', 'p'] as const;
const mostBytes = 1024 ** 3;
/** Of unpacked bytes to packed ones, in a zip archive. */
const mostRatio = 1032;

type Column = ArrayLike<number | bigint>;

async function* read(stream: ByteStream, options: EventReadOptions = {}): AsyncGenerator<Events> {
  const { name: file } = stream;
  const bytes = await allOf(stream);
  // An archive may say that it unpacks to anything; it cannot be more than this.
  const possible = mostRatio * bytes.length;
  const arrays = await readNpz(bytes, file, { only: names, mostBytes: Math.min(mostBytes, possible) });
  const [t, x, y, p] = names.map((name) => columnOf(arrays, name, file)) as [Column, Column, Column, Column];
  for (const [i, column] of [x, y, p].entries()) {
    if (column.length === t.length) continue;
    const expected = `as many numbers in '${names[i + 1]}' as in 't' (${t.length})`;
    throw new DatasetError({ file, offset: null }, expected, `${column.length}`);
  }
  const { width = null, height = null, onProblem = refuse } = options;
  // Bytes of columns that were packed lie nowhere: a problem's event is told by its number.
  const sink = new EventSink(file, width, height, ({ kind, offset, expected, found }) =>
    onProblem({ kind, file, offset: null, expected: `as event ${offset} ${expected}`, found }),
  );
  for (let i = 0; i < t.length; i++) {
    const [time, column, row, polarity] = [Number(t[i]), Number(x[i]), Number(y[i]), Number(p[i])];
    const isWhole = Number.isSafeInteger(time) && isAddress(column) && isAddress(row);
    if (isWhole) sink.add(time, column, row, polarity === 0 ? 0 : 1, i);
    else {
      const found = `t ${time}, x ${column}, y ${row}`;
      sink.problem('damaged', i, () => ['one of whole numbers, with addresses below 65,536', found]);
    }
    if (sink.full) yield sink.take();
  }
  const rest = sink.take();
  if (rest.size > 0) yield rest;
}

const isAddress = (value: number): boolean => Number.isInteger(value) && value >= 0 && value < 65_536;

async function allOf({ name: file, chunks }: ByteStream): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of chunks()) {
    bytes += part.length;
    if (bytes > mostBytes) throw new DatasetError({ file, offset: null }, `at most ${mostBytes} bytes`, 'more');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function columnOf(arrays: ReadonlyMap<string, NpyArray>, name: string, file: string): Column {
  const array = arrays.get(name);
  if (array?.shape.length === 1) return array.data;
  const found = array === undefined ? 'none of that name' : `[${array.shape.join(', ')}]`;
  throw new DatasetError({ file, offset: null }, `a list of numbers '${name}'`, found);
}

export const spikingjelly: EventFormat = {
  name: 'spikingjelly',
  title: "SpikingJelly's events .npz",
  extensions: ['.npz'],
  fits: (first) => startsWith(first, 'PK'),
  usualWidth: null,
  usualHeight: null,
  read,
};

/** A file that SpikingJelly reads as its cached events, `events_np/.../NAME.npz`. */
export async function writeSpikingjellyEvents(events: AsyncIterable<Events>): Promise<Uint8Array> {
  const runs: Events[] = [];
  for await (const run of events) runs.push(run);
  const size = runs.reduce((sum, run) => sum + run.size, 0);
  // Signed and wide: SpikingJelly multiplies rows by the width in the type that it finds.
  const t = new BigInt64Array(size);
  const [x, y, p] = [new Int32Array(size), new Int32Array(size), new Int32Array(size)];
  let at = 0;
  for (const run of runs) {
    for (let i = 0; i < run.size; i++) t[at + i] = BigInt(run.t[i] as number);
    x.set(run.x, at);
    y.set(run.y, at);
    p.set(run.p, at);
    at += run.size;
  }
  const column = (data: BigInt64Array | Int32Array) => ({ shape: [size], data });
  return writeNpz({ t: column(t), x: column(x), y: column(y), p: column(p) });
}
