/** Checks of plain data that a file holds, put together as the data is: `objectOf({ epoch: count, rates: mapOf(share) })`. */
import { excerpt, excerptOf } from './excerpt.js';

/** The fault of `value`, as 'path must be ..., got ...'; undefined when there is none. The outermost path may be ''. */
export type Check = (value: unknown, path: string) => string | undefined;

/** A check of a value by itself. */
export function check(fits: (value: unknown) => boolean, expected: string): Check {
  return (value, path) => (fits(value) ? undefined : `${path || 'this'} must be ${expected}, got ${excerptOf(value)}`);
}

export const finite: Check = check((value) => Number.isFinite(value), 'a finite number');
/** A whole number from 0 up, small enough to be exact. */
export const count: Check = check(
  (value) => Number.isSafeInteger(value) && (value as number) >= 0,
  'a whole number from 0 up',
);
export const integer: Check = check(Number.isSafeInteger, 'a whole number');
export const nonNegative: Check = check(
  (value) => Number.isFinite(value) && (value as number) >= 0,
  'a number from 0 up',
);
export const positive: Check = check((value) => Number.isFinite(value) && (value as number) > 0, 'a number above 0');
export const share: Check = check(
  (value) => typeof value === 'number' && value >= 0 && value <= 1,
  'a number from 0 to 1',
);
export const text: Check = check((value) => typeof value === 'string', 'text');

export function oneOf(choices: readonly string[]): Check {
  return check((value) => choices.some((choice) => choice === value), `one of ${choices.join(', ')}`);
}

export function matching(pattern: RegExp, expected: string): Check {
  return check((value) => typeof value === 'string' && pattern.test(value), expected);
}

export function listOf(item: Check): Check {
  const isList = check(Array.isArray, 'a list');
  return (value, path) =>
    isList(value, path) ?? firstProblem((value as unknown[]).entries(), (one, place) => item(one, `${path}[${place}]`));
}

const isObject = check((value) => typeof value === 'object' && value !== null && !Array.isArray(value), 'an object');

/** Any names, each with a value that `item` takes. */
export function mapOf(item: Check): Check {
  return (value, path) =>
    isObject(value, path) ??
    firstProblem(Object.entries(value as object), (one, name) => item(one, `${path}.${excerpt(name)}`));
}

/** An object with these names; others may stand beside them and are not looked at. */
export function objectOf(fields: Readonly<Record<string, Check>>): Check {
  return (value, path) =>
    isObject(value, path) ??
    firstProblem(Object.entries(fields), (field, name) =>
      field(own(value as object, name), path === '' ? name : `${path}.${name}`),
    );
}

/** A field that may be left out, as files of older versions do. */
export function optional(item: Check): Check {
  return (value, path) => (value === undefined ? undefined : item(value, path));
}

/** An object's own value, never an inherited one: a file has no 'constructor' unless it says so. */
function own(object: object, name: string): unknown {
  return Object.hasOwn(object, name) ? (object as Record<string, unknown>)[name] : undefined;
}

function firstProblem<K, T>(
  entries: Iterable<readonly [K, T]>,
  problemOf: (item: T, key: K) => string | undefined,
): string | undefined {
  for (const [key, item] of entries) {
    const problem = problemOf(item, key);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

export const orNull =
  (check: Check): Check =>
  (value, path) =>
    value === null ? undefined : check(value, path);
