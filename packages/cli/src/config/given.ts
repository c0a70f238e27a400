import { absent } from './optionReach.js';
import type { ResolvedConfig } from './resolvedConfig.js';

/** Options that are in a configuration only where they are given. */
export function given<T extends object, K extends keyof T & keyof ResolvedConfig>(values: T, keys: readonly K[]) {
  const entries = keys.flatMap((key) => (values[key] === undefined ? [] : [[key, values[key]]]));
  return Object.fromEntries(entries) as { [key in K]?: Exclude<T[key], undefined> };
}

/** Options that are in a configuration only where they are other than all runs before them had. */
export function unusual<T extends object, K extends keyof T & keyof ResolvedConfig & keyof typeof absent>(
  values: T,
  keys: readonly K[],
) {
  return given(
    values,
    keys.filter((key) => (values[key] as unknown) !== absent[key]),
  );
}
