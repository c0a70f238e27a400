/** Options whose value has parts, e.g. 'step:30:0.1': text to data and back to the text's usual form. */
import { resolve } from 'node:path';
import { type DatasetKind, datasetKinds } from '@kestirme/datasets';
import {
  type CheckpointInterval,
  defaultLambda,
  type HeadsChoice,
  type InputShape,
  kindNamed,
  type LambdaSpec,
  lambdaPresets,
  lambdaProblems,
  lambdaRamps,
  type Preset,
  presets,
  type ScheduleSpec,
} from 'kestirme';
import { expandHome } from './home.js';
import { parseGiven } from './kinds.js';
import { choice, isDecimal, parseNumber, quote, ValueError } from './types.js';

/** Names of data sets, with what stands behind them. */
export const DATASETS: readonly string[] = datasetKinds.map(({ name }) => name);

/** Where a data set that is on disk lies when no directory is given; `kestirme data get` writes there. */
export function defaultDataDirectory(name: string): string {
  return resolve('.data', name);
}

/** 'cifar10:DIR', with DIR made absolute so that a run can be resumed from anywhere; '~/' is the home folder. */
export function checkData(text: string): string {
  const colon = text.indexOf(':');
  const name = choice(DATASETS).fromText(colon < 0 ? text : text.slice(0, colon));
  const path = colon < 0 ? '' : text.slice(colon + 1);
  const { source } = kindNamed(datasetKinds, name) as DatasetKind;
  if (source === 'nothing') {
    if (colon >= 0) throw new ValueError(`'${name}' is part of the program and takes no directory`);
    return name;
  }
  const what = source === 'DIR' ? 'directory' : 'file';
  if (path === '' && (colon >= 0 || source === 'FILE')) {
    throw new ValueError(`${quote(text)} lacks the ${what} behind ${colon < 0 ? 'a' : 'the'} colon`);
  }
  return `${name}:${path === '' ? defaultDataDirectory(name) : resolve(expandHome(path))}`;
}

/** Options of the data set that `data` names, 'KEY=VALUE,...'. */
export function parseDataOptions(data: string, text: string | undefined): Record<string, unknown> {
  if (text === undefined) return {};
  const kind = kindNamed(datasetKinds, datasetName(data)) as DatasetKind;
  return parseGiven([kind], `${kind.name}:${text}`).given;
}

/** 'cifar10' of 'cifar10:DIR'. */
export function datasetName(data: string): string {
  return data.split(':', 1)[0] ?? data;
}

/** 'TRAIN,TEST' images, or 'all'. */
export function parseLimit(text: string): { train: number; test: number } | null {
  if (text === 'all') return null;
  const parts = text.split(',');
  if (parts.length !== 2) throw new ValueError(`${quote(text)} is not 'all' or two numbers TRAIN,TEST`);
  const range = { min: 1, max: 1e9, integer: true };
  const [train, test] = parts.map((part) => parseNumber(part.trim(), range)) as [number, number];
  return { train, test };
}

export function checkLimit(text: string): string {
  const limit = parseLimit(text);
  return limit === null ? 'all' : `${limit.train},${limit.test}`;
}

export function parseSchedule(text: string): ScheduleSpec {
  const [kind, ...rest] = text.split(':');
  const name = choice(['constant', 'cosine', 'cosine-restarts', 'step']).fromText(kind ?? '');
  if (name === 'constant' || name === 'cosine') {
    if (rest.length > 0) throw new ValueError(`${quote(text)}: '${name}' takes nothing behind a colon`);
    return { kind: name };
  }
  const [every, second, ...more] = rest;
  if (every === undefined || more.length > 0 || (name === 'step' && second === undefined)) {
    const form = name === 'step' ? 'step:EVERY:FACTOR, e.g. step:30:0.1' : `${name}:EVERY[:TIMES], e.g. ${name}:10:2`;
    throw new ValueError(`${quote(text)} is not of the form ${form}`);
  }
  const epochs = parseNumber(every, { min: 1, max: 1e6, integer: true });
  if (name === 'step') {
    return { kind: name, every: epochs, factor: parseNumber(second ?? '', { min: 0, max: 1, above: true }) };
  }
  return { kind: name, every: epochs, times: parseNumber(second ?? '1', { min: 1, max: 1000, integer: true }) };
}

export function checkSchedule(text: string): string {
  const { kind, ...numbers } = parseSchedule(text);
  return [kind, ...Object.values(numbers)].join(':');
}

/** 'preset[,ramp[,epoch|iteration[,start]]]', or 'adaptive[,start]', which has no ramp. */
export function parseLambda(text: string): LambdaSpec {
  const [name = '', ...rest] = text.split(',').map((part) => part.trim());
  const usual = defaultLambda(choice(lambdaPresets).fromText(name));
  const form = LAMBDA_FORMS[presets[usual.preset].lambda];
  if (form.length === 0 && rest.length > 0) {
    throw new ValueError(`${quote(text)}: '${usual.preset}' is constant and takes no ramp`);
  }
  if (rest.length > form.length) {
    throw new ValueError(`${quote(text)} has more than ${[usual.preset, ...form].join(',')}`);
  }
  const part = (field: string) => rest[form.indexOf(field)];
  const start = part('START');
  const spec: LambdaSpec = {
    preset: usual.preset,
    ramp: choice(lambdaRamps).fromText(part('RAMP') ?? usual.ramp),
    per: choice(['epoch', 'iteration']).fromText(part('epoch|iteration') ?? usual.per),
    start: start === undefined ? usual.start : parseNumber(start, { min: 0, max: 100 }),
  };
  const problem = lambdaProblems(spec)[0];
  if (problem !== undefined) throw new ValueError(`${quote(text)}: ${problem}`);
  return spec;
}

/** What may follow the preset's name, by what moves its lambda. */
const LAMBDA_FORMS: Record<Preset['lambda'], readonly string[]> = {
  constant: [],
  rises: ['RAMP', 'epoch|iteration', 'START'],
  falls: ['RAMP', 'epoch|iteration', 'START'],
  measured: ['START'],
};

export function checkLambda(text: string): string {
  return lambdaText(parseLambda(text));
}

/** The usual form: what `parseLambda` reads back. */
export function lambdaText({ preset, ramp, per, start }: LambdaSpec): string {
  const parts: Record<string, string> = { RAMP: ramp, 'epoch|iteration': per, START: String(start) };
  return [preset, ...LAMBDA_FORMS[presets[preset].lambda].map((field) => parts[field])].join(',');
}

/** Whether the taps exist is known only when the network is built. */
export function checkHeads(text: string): string {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.some((part) => part === '')) throw new ValueError(`${quote(text)} has an empty tap name`);
  const twice = parts.find((part, place) => parts.indexOf(part) !== place);
  if (twice !== undefined) throw new ValueError(`${quote(text)} names ${quote(twice)} twice`);
  const word = parts.find(isHeadsWord);
  if (word !== undefined && parts.length > 1) throw new ValueError(`${quote(text)}: '${word}' stands alone`);
  return parts.join(',');
}

export function parseHeads(text: string): HeadsChoice {
  return isHeadsWord(text) ? text : text.split(',');
}

const HEADS_WORDS = ['none', 'stages', 'blocks', 'all'] as const;
const isHeadsWord = (text: string): text is (typeof HEADS_WORDS)[number] => HEADS_WORDS.some((word) => word === text);

/** 'WIDTH,WIDTH': neurons of each hidden layer. */
export function parseWidths(text: string): number[] {
  return text.split(',').map((part) => parseNumber(part.trim(), { min: 1, max: 65_536, integer: true }));
}

export function checkWidths(text: string): string {
  return parseWidths(text).join(',');
}

/** 'KEY=VALUE,KEY=VALUE'; a value is a number, true, false or text. */
export function parseModelOptions(text: string): Record<string, number | boolean | string> {
  const options: Record<string, number | boolean | string> = {};
  for (const part of text.split(',')) {
    const [, key = '', value = ''] = /^\s*([a-zA-Z]\w*)\s*=\s*(.*?)\s*$/.exec(part) ?? [];
    if (key === '' || value === '') throw new ValueError(`${quote(text)} is not of the form KEY=VALUE,KEY=VALUE`);
    if (Object.hasOwn(options, key)) throw new ValueError(`${quote(text)} has ${key} twice`);
    const isTruth = value === 'true' || value === 'false';
    options[key] = isTruth ? value === 'true' : isDecimal(value) ? Number(value) : value;
  }
  return options;
}

export function checkModelOptions(text: string): string {
  return Object.entries(parseModelOptions(text))
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

/** A SHA-256 in hexadecimal digits. */
export function checkSha256(text: string): string {
  if (/^[0-9a-f]{64}$/.test(text)) return text;
  throw new ValueError(`${quote(text)} is not a SHA-256, 64 hexadecimal digits`);
}

/** 'CHANNELS,HEIGHT,WIDTH'. */
export function parseInputShape(text: string): Omit<InputShape, 'frames'> {
  const parts = text.split(',');
  if (parts.length !== 3) throw new ValueError(`${quote(text)} is not CHANNELS,HEIGHT,WIDTH, e.g. 3,32,32`);
  const range = { min: 1, max: 4096, integer: true };
  const [channels, height, width] = parts.map((part) => parseNumber(part.trim(), range)) as [number, number, number];
  return { channels, height, width };
}

export function checkInputShape(text: string): string {
  const { channels, height, width } = parseInputShape(text);
  return `${channels},${height},${width}`;
}

const INTERVALS = {
  epochs: { unit: 'epochs', min: 1, factor: 1 },
  seconds: { unit: 'min', min: 0.01, factor: 60 },
  steps: { unit: 'steps', min: 1, factor: 1 },
} as const;

/** '2epochs', '10min', '500steps', or several of these joined by commas. */
export function parseCheckpointInterval(text: string): CheckpointInterval {
  const interval: CheckpointInterval = {};
  for (const part of text.split(',').map((one) => one.trim())) {
    const [, amount = '', unit = ''] = /^(.*?)\s*([a-z]*)$/i.exec(part) ?? [];
    const key = intervalKeys.find((one) => [INTERVALS[one].unit, singular(INTERVALS[one].unit)].includes(unit));
    if (key === undefined) throw new ValueError(`${quote(part)} is not of the form 2epochs, 10min or 500steps`);
    if (interval[key] !== undefined) throw new ValueError(`${quote(text)} has ${INTERVALS[key].unit} twice`);
    const { min, factor } = INTERVALS[key];
    interval[key] = factor * parseNumber(amount, { min, max: 1e9, integer: key !== 'seconds' });
  }
  return interval;
}

const intervalKeys = ['epochs', 'seconds', 'steps'] as const satisfies readonly (keyof CheckpointInterval)[];

function singular(unit: string): string {
  return unit.replace(/s$/, '');
}

export function checkCheckpointInterval(text: string): string {
  const interval = parseCheckpointInterval(text);
  const parts = intervalKeys.flatMap((key) => {
    const { unit, factor } = INTERVALS[key];
    const amount = (interval[key] ?? 0) / factor;
    return amount === 0 ? [] : [`${amount}${amount === 1 ? singular(unit) : unit}`];
  });
  return parts.join(',');
}
