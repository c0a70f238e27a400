/** Names that people read instead of the keys of metrics.jsonl: the same in the terminal, in the report and in `diff`. */
export const metricNames = {
  trainLoss: 'train loss',
  trainLossMain: 'train loss, main head',
  trainAccuracy: 'train accuracy, all heads',
  trainAccuracyMain: 'train accuracy',
  testLoss: 'test loss',
  testAccuracy: 'test accuracy',
  headWeights: 'heads',
} as const;

const partNames: Readonly<Record<string, string>> = { zeroShare: 'share of zeros', count: 'number of entries' };

/** The name for a metric's path, as 'gradients.taps.stage1.norm'; the path itself where it has none. */
export function metricName(path: string): string {
  if (Object.hasOwn(metricNames, path)) return metricNames[path as keyof typeof metricNames];
  const firing = /^firingRates\.(.+)$/.exec(path);
  if (firing) return `firing rate of ${firing[1]}`;
  const gradient = /^gradients\.(taps|weights)\.(.+)\.(norm|weightNorm|zeroShare|count|histogram\.\w+)$/.exec(path);
  if (!gradient) return path;
  const [, kind, name, part = ''] = gradient;
  if (part === 'weightNorm') return `norm of ${name}`;
  return `gradient ${partNames[part] ?? part.replace('.', ', ')} ${kind === 'taps' ? 'at' : 'of'} ${name}`;
}

/** The first epoch is epoch 1, for people; files and the library count from 0. */
export function epochNumber(epoch: number): number {
  return epoch + 1;
}

/** Kinds of shortcut heads' weights that a line names one by one. */
const mostNamed = 3;

/** The weights of the main head and of each shortcut head, as '1 : 0.333'; heads of one weight are named once. */
export function headsText(weights: readonly number[]): string {
  const [main = Number.NaN, ...shortcuts] = weights;
  const distinct = [...new Set(shortcuts.map(short))];
  if (distinct.length === 0) return short(main);
  if (distinct.length <= mostNamed) return `${short(main)} : ${distinct.join(', ')}`;
  return `${short(main)} : ${short(Math.min(...shortcuts))} to ${short(Math.max(...shortcuts))}`;
}

function short(weight: number): string {
  return Number.isFinite(weight) ? String(Number(weight.toPrecision(3))) : '–';
}
