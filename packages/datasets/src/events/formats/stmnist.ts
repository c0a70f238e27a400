/**
 * ST-MNIST's `.mat`: a matrix `spiketrain` of 101 rows and a column for each moment: 100 rows for the 10x10 points of the
 * sensor, row after row: 1 pressed, -1 let go, 0 nothing; the last one the time in seconds, which becomes whole
 * microseconds (cut, as tonic cuts). Source: See et al., "ST-MNIST" (2020). Tonic's reader gives polarity 1 to all events.
 */
import { DatasetError } from '../../error.js';
import type { EventFormat, Events } from '../events.js';
import { Damaged } from '../packed/damaged.js';
import type { Cursor } from './cursor.js';
import { startsWith } from './lines.js';
import { findMatrix, type Matrix } from './mat5.js';
import { readEvents } from './reader.js';
import type { EventSink } from './sink.js';

const side = 10;
const points = side * side;
const matrixName = 'spiketrain';

/** A MAT-file has no header of its own that says what is in it. */
const noHeader = async () => ({ width: side, height: side });

async function* readMatrix(cursor: Cursor, sink: EventSink): AsyncGenerator<Events> {
  let inner = cursor;
  try {
    const matrix = await findMatrix(cursor, matrixName);
    inner = matrix.cursor;
    if (matrix.rows !== points + 1) {
      const place = { file: cursor.name, offset: cursor.offset };
      throw new DatasetError(place, `a matrix of ${points + 1} rows`, `${matrix.rows}`);
    }
    yield* readColumns(matrix, sink, cursor);
  } catch (error) {
    if (!(error instanceof Damaged || error instanceof RangeError)) throw error;
    const { expected, found } =
      error instanceof Damaged ? error : { expected: 'a sound MAT-file', found: error.message };
    // What follows of it cannot be read.
    sink.problem('damaged', cursor.offset, () => [expected, found]);
  } finally {
    await inner.close();
  }
}

async function* readColumns(matrix: Matrix, sink: EventSink, outer: Cursor): AsyncGenerator<Events> {
  const { cursor, rows, columns, bytes } = matrix;
  const columnBytes = rows * bytes;
  for (let column = 0; column < columns; column++) {
    // Of the file: where in the packed stream a column lies is known no better.
    const { offset } = outer;
    if (!(await cursor.have(columnBytes))) {
      sink.problem('truncated', offset, () => [`${columns} columns`, `${column}`]);
      return;
    }
    const { view, at } = cursor;
    const t = Math.trunc(matrix.read(view, at + points * bytes) * 1e6);
    if (Number.isSafeInteger(t)) {
      for (let point = 0; point < points; point++) {
        const value = matrix.read(view, at + point * bytes);
        if (value === 1 || value === -1) sink.add(t, point % side, Math.floor(point / side), value > 0 ? 1 : 0, offset);
        else if (value !== 0) sink.problem('damaged', offset, () => ['-1, 0 or 1', `${value}`]);
      }
    } else sink.problem('damaged', offset, () => ['a time in seconds', `${t} us`]);
    cursor.at += columnBytes;
    if (sink.room < points) yield sink.take();
  }
  // Only at its end does a packed one say whether it was sound.
  if (cursor !== outer) while (await cursor.have(1)) cursor.at = cursor.bytes.length;
}

export const stmnist: EventFormat = {
  name: 'stmnist',
  title: 'ST-MNIST .mat (MATLAB 5)',
  extensions: ['.mat'],
  fits: (first) => startsWith(first, 'MATLAB 5.0'),
  usualWidth: side,
  usualHeight: side,
  read: (stream, options = {}) => readEvents(stream, options, noHeader, readMatrix),
};
