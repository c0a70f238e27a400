/** The text that stands before the events in many formats: lines, each begun by one character. */
import { DatasetError } from '../../error.js';
import type { Cursor } from './cursor.js';

const longestLine = 64 * 1024;
const mostLines = 10_000;

/**
 * Lines that begin with `mark`, without their ends (`\n` or `\r\n`); the cursor stands behind them. The one for which
 * `last` is true is the last of them. A "line" with control characters in it belongs to the events.
 * @throws DatasetError when they do not end.
 */
export async function readLines(
  cursor: Cursor,
  mark: string,
  last: (line: string) => boolean = () => false,
): Promise<string[]> {
  const lines: string[] = [];
  const start = cursor.offset;
  for (;;) {
    const length = await lineLength(cursor, mark);
    if (length === null) return lines;
    const bytes = cursor.bytes.subarray(cursor.at, cursor.at + length - 1);
    const line = new TextDecoder('latin1').decode(bytes).replace(/\r$/, '');
    cursor.at += length;
    lines.push(line);
    if (last(line)) return lines;
    if (lines.length > mostLines) {
      throw new DatasetError({ file: cursor.name, offset: start }, `at most ${mostLines} lines of header`, 'more');
    }
  }
}

/** With its end; null: what is next is no line. Control characters give events away. */
async function lineLength(cursor: Cursor, mark: string): Promise<number | null> {
  for (let length = 0; length < longestLine; length++) {
    if (cursor.left <= length && !(await cursor.have(length + 1))) return null;
    const byte = cursor.bytes[cursor.at + length] as number;
    if (length < mark.length && byte !== mark.charCodeAt(length)) return null;
    if (byte === 0x0a) return length + 1;
    if (byte < 0x20 && byte !== 0x09 && byte !== 0x0d) return null;
  }
  const place = { file: cursor.name, offset: cursor.offset };
  throw new DatasetError(place, `a line of at most ${longestLine} bytes`, 'a longer one');
}

/** Whether a file begins with `text`. */
export function startsWith(first: Uint8Array, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (first[i] !== text.charCodeAt(i)) return false;
  return true;
}
