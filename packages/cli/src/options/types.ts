import { plain } from 'kestirme';
import { expandHome } from './home.js';
import { suggestion } from './nearest.js';

/** A value that an option refuses; whoever knows where it stood adds the place. */
export class ValueError extends Error {
  override name = 'ValueError';
}

/** How the values of an option are written, checked and shown. */
export interface ValueType<T> {
  /** Stands behind the option in the help, e.g. 'N'; empty for a flag. */
  form: string;
  /** Range or choices in words, for the help; may be empty. */
  range: string;
  /** What --no-NAME stands for, where there is such. */
  opposite?: T;
  fromText(text: string): T;
  /** From a configuration file, whose numbers are numbers and not text. */
  fromFile(value: unknown): T;
}

export interface NumberRange {
  min: number;
  max: number;
  /** The minimum itself is refused. */
  above?: boolean;
  integer?: boolean;
}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

export function isDecimal(text: string): boolean {
  return DECIMAL.test(text);
}

/** A decimal number in `range`. */
export function parseNumber(text: string, range: NumberRange): number {
  if (!DECIMAL.test(text)) throw new ValueError(`${quote(text)} is not ${rangeInWords(range)}`);
  return checkNumber(Number(text), range);
}

export function checkNumber(value: number, range: NumberRange): number {
  const tooLow = range.above ? value <= range.min : value < range.min;
  if (Number.isFinite(value) && !tooLow && value <= range.max && (!range.integer || Number.isInteger(value)))
    // Minus zero would be written to config.json as 0.
    return value === 0 ? 0 : value;
  const whole = range.integer && Number.isFinite(value) ? Math.round(value) : value;
  const near = Math.min(range.max, Math.max(range.min, whole));
  const hint = Number.isNaN(near) || (range.above && near === range.min) ? '' : `; the nearest valid value is ${near}`;
  throw new ValueError(`${value} is not ${rangeInWords(range)}${hint}`);
}

export function rangeInWords(range: NumberRange): string {
  const noun = range.integer ? 'a whole number' : 'a number';
  if (range.above) {
    return range.max === Infinity ? `${noun} above ${range.min}` : `${noun} above ${range.min}, up to ${range.max}`;
  }
  return range.max === Infinity ? `${noun} of at least ${range.min}` : `${noun} from ${range.min} to ${range.max}`;
}

export function number(range: NumberRange): ValueType<number> {
  return {
    form: 'N',
    range: rangeInWords(range).replace(/^an? /, ''),
    fromText: (text) => parseNumber(text, range),
    fromFile(value) {
      if (typeof value !== 'number')
        throw new ValueError(`${show(value)} is not ${rangeInWords(range)}${unquoteHint(value)}`);
      return checkNumber(value, range);
    },
  };
}

export function choice<const C extends string>(choices: readonly C[], form = 'NAME'): ValueType<C> {
  const pick = (text: string): C => {
    const found = choices.find((one) => one === text);
    if (found !== undefined) return found;
    throw new ValueError(`${quote(text)} is not one of ${choices.join(', ')}${suggestion(text, choices)}`);
  };
  return {
    form,
    range: choices.join(' | '),
    fromText: pick,
    fromFile(value) {
      if (typeof value !== 'string') throw new ValueError(`${show(value)} is not one of ${choices.join(', ')}`);
      return pick(value);
    },
  };
}

/** On or off: `--name` or `--no-name`; true or false in a file. */
export const flag: ValueType<boolean> = {
  form: '',
  range: '',
  fromText(text) {
    if (text === 'true' || text === 'false') return text === 'true';
    throw new ValueError(`${quote(text)} is not true or false`);
  },
  fromFile(value) {
    if (typeof value !== 'boolean') throw new ValueError(`${show(value)} is not true or false${unquoteHint(value)}`);
    return value;
  },
};

/** No name of a file or folder is longer, nor has signs that a terminal obeys. */
const LONGEST_TEXT = 4096;

function checkText(value: string): string {
  if (value === '') throw new ValueError('is empty');
  if (value.length > LONGEST_TEXT) throw new ValueError(`${quote(value)} is longer than ${LONGEST_TEXT} characters`);
  if (/\p{Cc}/u.test(value)) throw new ValueError(`${quote(value)} holds a control character`);
  return value;
}

/** Text that `check` reads and brings into its usual form; a file may also have a list or a number where `check` takes them. */
export function text(form: string, range = '', check: (text: string) => string = (same) => same): ValueType<string> {
  return {
    form,
    range,
    fromText: (value) => check(checkText(value)),
    fromFile(value) {
      const isList = Array.isArray(value) && value.every((one) => typeof one === 'string' || typeof one === 'number');
      const flat = isList ? value.join(',') : value;
      if (typeof flat !== 'string' || flat === '')
        throw new ValueError(`${show(value)} is not text of the form ${form}`);
      return check(checkText(flat));
    },
  };
}

/** A file or folder. */
export function path(form: string): ValueType<string> {
  return text(form, '', expandHome);
}

/** Values joined by commas; a list in a file. Each may stand there once. */
export function list<T extends string | number>(item: ValueType<T>): ValueType<T[]> {
  const unique = (values: T[]): T[] => {
    const twice = values.find((value, place) => values.indexOf(value) !== place);
    if (twice !== undefined) throw new ValueError(`${twice} stands there twice`);
    if (values.length === 0) throw new ValueError('is empty');
    return values;
  };
  return {
    form: `${item.form},${item.form}`,
    range: item.range,
    fromText: (text) => unique(text.split(',').map((part) => item.fromText(part.trim()))),
    fromFile: (value) => unique((Array.isArray(value) ? value : [value]).map((one) => item.fromFile(one))),
  };
}

const UNITS: Record<string, number> = {
  '': 1,
  B: 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
};

/** Bytes, as a plain number or with a unit: '512MiB', '2GiB'. */
export function bytes(range: NumberRange): ValueType<number> {
  const read = (text: string): number => {
    const [, amount = '', unit = ''] = /^([\d.]+)\s*([a-zA-Z]*)$/.exec(text) ?? [];
    const factor = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
    if (!DECIMAL.test(amount) || factor === undefined) {
      throw new ValueError(`${quote(text)} is not a size such as 512MiB or 2GiB`);
    }
    return checkNumber(Math.floor(Number(amount) * factor), range);
  };
  return {
    form: 'SIZE',
    range: 'such as 512MiB or 2GiB',
    fromText: read,
    fromFile(value) {
      if (typeof value === 'number') return checkNumber(value, range);
      if (typeof value !== 'string' || DECIMAL.test(value)) {
        throw new ValueError(`${show(value)} is not a number of bytes or a size such as 512MiB`);
      }
      return read(value);
    },
  };
}

export function quote(text: string): string {
  return `'${plain.excerpt(text)}'`;
}

function show(value: unknown): string {
  return typeof value === 'string' ? quote(value) : plain.excerptOf(value);
}

function unquoteHint(value: unknown): string {
  return typeof value === 'string' && (DECIMAL.test(value) || value === 'true' || value === 'false')
    ? ': take the quotes away'
    : '';
}
