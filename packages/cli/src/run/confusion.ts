import type { Confusion, DataInfo } from 'kestirme';

/** By the name of the class of the images, and the name of the class they were taken for: how many, where there are any. */
export type ConfusionTable = Record<string, Record<string, number>>;

export function confusionTable(
  { classes, counts }: Confusion,
  { classNames }: Pick<DataInfo, 'classNames'>,
): ConfusionTable {
  const names = distinct(classNames);
  return Object.fromEntries(
    names.map((name, label) => {
      const row = [...counts.subarray(label * classes, (label + 1) * classes)];
      const cells = row.map((count, answer) => [names[answer] as string, count] as const);
      return [name, Object.fromEntries(cells.filter(([, count]) => count > 0))];
    }),
  );
}

/** Two classes of one name are told apart by their numbers. */
function distinct(names: readonly string[]): string[] {
  return names.map((name, label) => (names.indexOf(name) === names.lastIndexOf(name) ? name : `${name} (${label})`));
}
