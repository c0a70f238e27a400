import { parseValidation } from '../options/validation.js';
import type { RunSoFar } from '../run/record.js';

/** Facts about a run's data that its configuration tells: null where it does not. */

/** Of a finished run those of its result, of another those of its metrics, which may be held out of training. */
export function testImages(run: RunSoFar): number | null {
  const { config, result } = run;
  const rows = Object.values(result?.confusion ?? {}).flatMap((row) => Object.values(row));
  if (rows.length > 0) return rows.reduce((sum, count) => sum + count, 0);
  if (typeof config.validation === 'string' && result === null) return heldOut(run);
  const limit = limitPart(run, 1);
  if (limit !== null) return limit;
  if (typeof config.validation === 'number' && config.validation > 0) return config.validation;
  return { builtin: 1000, mnist: 10000, cifar10: 10000, cifar100: 10000 }[dataKind(run)] ?? null;
}

export function trainImages(run: RunSoFar): number | null {
  const { validation } = run.config;
  const whole = givenImages(run);
  if (whole === null) return null;
  if (typeof validation === 'string') return whole - (heldOut(run) ?? 0);
  return limitPart(run, 0) === null ? whole - validation : whole;
}

/** Training images with those that a share holds out. */
function givenImages(run: RunSoFar): number | null {
  const all = { builtin: 6000, mnist: 60000, cifar10: 50000, cifar100: 50000 }[dataKind(run)];
  return limitPart(run, 0) ?? all ?? null;
}

function heldOut(run: RunSoFar): number | null {
  const whole = givenImages(run);
  const validation = parseValidation(run.config.validation);
  return whole === null || typeof validation === 'number' ? null : Math.max(1, Math.round(validation.share * whole));
}

/** By which images the epochs of these runs were judged, in words: 'test', 'validation', or both. */
export function judgesOf(runs: readonly RunSoFar[]): string {
  const judges = new Set<string>(runs.flatMap(({ metrics }) => metrics.map(({ judgedBy }) => judgedBy ?? 'test')));
  return ['test', 'validation'].filter((judge) => judges.has(judge)).join(' or ') || 'test';
}

/** ' (split tebn)', to stand behind an accuracy; '' where there is only one way to part the samples. */
export function splitText(runs: readonly RunSoFar[]): string {
  const splits = new Set(runs.flatMap((run) => run.result?.split ?? run.split ?? []));
  return splits.size === 0 ? '' : ` (split ${[...splits].join(', ')})`;
}

export function classesOf(run: RunSoFar): number | null {
  const { confusion } = run.result ?? {};
  if (confusion !== undefined) return Object.keys(confusion).length;
  return { builtin: 10, mnist: 10, cifar10: 10, cifar100: 100 }[dataKind(run)] ?? null;
}

export function dataKind(run: RunSoFar): string {
  return run.config.data.split(':')[0] ?? '';
}

function limitPart(run: RunSoFar, index: number): number | null {
  const part = Number(run.config.limit.split(',')[index] || Number.NaN);
  return Number.isInteger(part) && part > 0 ? part : null;
}

/** Standard error of a share that was counted on so many images; 0 where their number is not known. */
export function countingError(share: number, images: number | null): number {
  if (images === null || images <= 0) return 0;
  // A count of none or of all is not free of error: as if one image more or less had been it.
  const near = Math.min(Math.max(share, 1 / (images + 1)), images / (images + 1));
  return Math.sqrt((near * (1 - near)) / images);
}

/** Whether an accuracy is no better than guessing, for all that these images can tell. */
export function isGuessing(accuracy: number, run: RunSoFar): boolean {
  const classes = classesOf(run);
  if (classes === null) return false;
  const chance = 1 / classes;
  return accuracy < Math.max(1.5 * chance, chance + 2 * countingError(chance, testImages(run)));
}
