/** Sets of the items that agree in `key`, in the order in which each set's first one stands. No set is empty. */
export function splitBy<T>(items: readonly T[], key: (item: T) => string): [T, ...T[]][] {
  const sets = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const set = sets.get(key(item));
    if (set === undefined) sets.set(key(item), [item]);
    else set.push(item);
  }
  return [...sets.values()];
}
