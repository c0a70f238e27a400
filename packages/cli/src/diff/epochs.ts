import type { EpochMetrics } from 'kestirme';

/** A number, or a list of numbers, that is not the same on both sides. */
export interface Pair {
  name: string;
  a: unknown;
  b: unknown;
}

export interface EpochDifference {
  /** The epoch's number, as in metrics.jsonl: from 0. */
  epoch: number;
  /** The ones that people look at first. */
  metrics: Pair[];
}

type Names = readonly (keyof EpochMetrics)[];
const timings: Names = ['seconds', 'imagesPerSecond', 'waitShare'];
const leading: Names = ['trainLoss', 'trainLossMain', 'trainAccuracy', 'trainAccuracyMain', 'testLoss', 'testAccuracy'];
/** Functions of the configuration alone: they come last. */
const settings: Names = ['lr', 'lambda', 'headWeights'];

/** The first epoch that both have and that is not the same; null when there is none. */
export function firstDifference(a: readonly EpochMetrics[], b: readonly EpochMetrics[]): EpochDifference | null {
  for (let epoch = 0; epoch < Math.min(a.length, b.length); epoch++) {
    const metrics = differences(a[epoch] as EpochMetrics, b[epoch] as EpochMetrics);
    if (metrics.length > 0) return { epoch, metrics };
  }
  return null;
}

/** A metric that only one of them records, as another version may, is no difference. */
function differences(a: EpochMetrics, b: EpochMetrics): Pair[] {
  const [inA, inB] = [flat(a), flat(b)];
  return [...inA].flatMap(([name, value]) => {
    const other = inB.get(name);
    if (other === undefined || JSON.stringify(value) === JSON.stringify(other)) return [];
    return [{ name, a: value, b: other }];
  });
}

/** Every metric by its path, e.g. 'firingRates.stem.lif'; timings left out. */
function flat(metrics: EpochMetrics): Map<string, unknown> {
  const place = (name: keyof EpochMetrics) => {
    if (settings.includes(name)) return leading.length + 1;
    return leading.includes(name) ? leading.indexOf(name) : leading.length;
  };
  const names = (Object.keys(metrics) as (keyof EpochMetrics)[]).filter((name) => !timings.includes(name));
  const found = new Map<string, unknown>();
  for (const name of names.sort((a, b) => place(a) - place(b))) collect(found, name, metrics[name]);
  return found;
}

function collect(into: Map<string, unknown>, name: string, value: unknown): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    if (value !== undefined) into.set(name, value);
    return;
  }
  for (const [key, one] of Object.entries(value)) collect(into, `${name}.${key}`, one);
}
