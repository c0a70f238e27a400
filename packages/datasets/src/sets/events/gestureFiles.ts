/** DVS128 Gesture's text files: which trials serve for what, and when which gesture was made in a trial. */
import { plain } from 'kestirme';
import { DatasetError } from '../../error.js';
import type { TimeSpan } from '../../events/frames/make.js';

export interface GestureLabel extends TimeSpan {
  /** 0-based. */
  label: number;
}

const classes = 11;
const header = 'class,startTime_usec,endTime_usec';

/** Names of recordings, a line for each; `file` stands in errors. */
export function parseTrials(text: string, file: string): string[] {
  return lines(text).map((line, i) => {
    if (/^[\w.-]+\.aedat$/.test(line)) return line;
    throw new DatasetError(
      { file, offset: null },
      `in line ${i + 1} the name of a recording .aedat`,
      `'${plain.excerpt(line)}'`,
    );
  });
}

/** userNN_LIGHT_labels.csv: class from 1 on, the first microsecond of it and the one behind the last. */
export function parseGestureLabels(text: string, file: string): GestureLabel[] {
  const [first, ...rest] = lines(text);
  if (first?.replaceAll(' ', '') !== header) {
    throw new DatasetError(
      { file, offset: 0 },
      `a first line '${header}'`,
      first ? `'${plain.excerpt(first)}'` : 'none',
    );
  }
  return rest.map((line, i) => {
    const numbers = line.split(',').map((one) => (/^\s*\d{1,15}\s*$/.test(one) ? Number(one) : Number.NaN));
    const [number = 0, from = 0, to = 0] = numbers;
    const isSound = numbers.length === 3 && numbers.every(Number.isSafeInteger) && number >= 1 && number <= classes;
    if (isSound && from < to) return { label: number - 1, from, to };
    const expected = `in line ${i + 2} a class from 1 to ${classes}, and a time before another`;
    throw new DatasetError({ file, offset: null }, expected, `'${plain.excerpt(line)}'`);
  });
}

const lines = (text: string) =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
