import { duration, fixed, MISSING, number, percent } from './format.js';
import { type Group, type Spread, spread } from './groups.js';
import { type Cell, code, escapeHtml, type Html, table } from './html.js';
import { keyOf } from './legend.js';

/** Enough of a hash to tell runs apart by eye; the whole stands in the table of results. */
const HASH_SHOWN = 12;

function spreadCell(value: Spread | null, format: (value: unknown) => string): Cell {
  if (!value) return MISSING;
  const [mean, low, high] = [format(value.mean), format(value.min), format(value.max)];
  if (low === high) return mean;
  return { html: `${escapeHtml(mean)}<span class="range">${escapeHtml(`${low} to ${high}`)}</span>` };
}

function hash(sha256: string): Html {
  return code(sha256.slice(0, HASH_SHOWN));
}

/** The first table: a bold row for each method, and below it each of its seeds. */
export function headline(groups: Group[]): string {
  const blocks = groups.map((group) => {
    const rows = group.runs.map(({ config, metrics, result }) => ({
      seed: `seed ${config.seed}`,
      test: result.testAccuracy,
      train: metrics.at(-1)?.trainAccuracyMain,
      loss: metrics.at(-1)?.trainLoss,
      speed: result.imagesPerSecond,
      seconds: metrics.reduce((sum, line) => sum + line.seconds, 0),
      hash: hash(result.weightsSha256),
    }));
    const over = (pick: (row: (typeof rows)[number]) => unknown) => spread(rows.map(pick));
    const name: Cell = { html: `${keyOf(group.style)}${escapeHtml(group.label)}` };
    const only = rows.length === 1 ? rows[0] : undefined;
    const lead: Cell[] = [
      name,
      only ? only.seed : `${rows.length} seeds`,
      spreadCell(
        over((row) => row.test),
        percent,
      ),
      spreadCell(
        over((row) => row.train),
        percent,
      ),
      spreadCell(
        over((row) => row.loss),
        number,
      ),
      spreadCell(
        over((row) => row.speed),
        (value) => fixed(value, 0),
      ),
      spreadCell(
        over((row) => row.seconds),
        duration,
      ),
      only ? only.hash : '',
    ];
    const each = rows.map((row): Cell[] => [
      group.label,
      row.seed,
      percent(row.test),
      percent(row.train),
      number(row.loss),
      fixed(row.speed, 0),
      duration(row.seconds),
      row.hash,
    ]);
    return { rows: only ? [lead] : [lead, ...each], lead: true };
  });
  const head = ['Method', 'Seed', 'Test accuracy', 'Train accuracy', 'Train loss', 'Images/s', 'Time', 'Weights hash'];
  const several = groups.some((group) => group.runs.length > 1);
  return table({
    caption: `After the last epoch, not the best one. Accuracies are of the main head; hashes are the first digits of the SHA-256.${several ? ' Bold rows: mean over the seeds, and below it the range from the lowest to the highest seed.' : ''}`,
    head,
    groups: blocks,
    text: [1, 7],
  });
}
