/** Methods and their facts: a table where there is room, else a paragraph each. */
import type { Family, Field, Kind } from 'kestirme';
import { flagName } from '../options/option.js';
import { wrap } from './wrap.js';

/** Below so many columns, six cells side by side are too narrow to read. */
const ROOM_FOR_TABLE = 132;
const GAP = '  ';
const COLUMNS = ['name', 'what it is', 'options', 'paper', 'confidence', 'held to'] as const;
/** Shares of the room that wrapped cells have; the others are as wide as their longest text. */
const SHARES: Partial<Record<(typeof COLUMNS)[number], number>> = {
  'what it is': 3,
  options: 3,
  paper: 1.5,
  'held to': 2,
};

export function zooText(families: readonly Family[], columns: number): string {
  const parts = families.map((family) => {
    const text = columns < ROOM_FOR_TABLE ? paragraphs(family.kinds, columns) : table(family.kinds, columns);
    return `${headingOf(family)}\n\n${text}`;
  });
  const note =
    'Confidence: how sure it is that a method is what its paper has. Held to: besides finite differences, and for kernels a twin in double precision.';
  return [...parts, wrap(note, columns).join('\n')].join('\n\n');
}

function headingOf({ name, option }: Family): string {
  return `${name} (${flagName(option)})`;
}

/** 'decay=0.25 (0 to 1)'. */
function optionText(name: string, field: Field): string {
  const range = rangeOf(field);
  return `${name}=${short(field.usual)}${range === '' ? '' : ` (${range})`}`;
}

/** 4/3 needs no more digits than a reader. */
const short = (value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(6)) : value);

function rangeOf(field: Field): string {
  if (field.type === 'truth') return '';
  if (field.type === 'choice') return field.choices.join(' | ');
  const hasEnd = field.max < Number.MAX_VALUE;
  if (field.above) return hasEnd ? `above ${field.min}, to ${field.max}` : `above ${field.min}`;
  return hasEnd ? `${field.min} to ${field.max}` : `from ${field.min}`;
}

function optionTexts({ options }: Kind): string[] {
  return Object.entries(options).map(([name, field]) => optionText(name, field));
}

function paragraphs(kinds: readonly Kind[], columns: number): string {
  const indent = '    ';
  return kinds
    .flatMap((kind) => [
      `  ${kind.name}`,
      ...[
        kind.help,
        ...optionTexts(kind),
        `${kind.paper}; confidence ${kind.confidence}; held to ${kind.parity}`,
      ].flatMap((text) => wrap(text, columns - indent.length).map((line) => indent + line)),
    ])
    .join('\n');
}

function table(kinds: readonly Kind[], columns: number): string {
  const rows = kinds.map((kind) => [
    [kind.name],
    [kind.help],
    optionTexts(kind),
    [kind.paper],
    [kind.confidence],
    [kind.parity],
  ]);
  const widths = widthsFor(rows, columns);
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join(GAP)
      .trimEnd();
  const wrapped = rows.flatMap((row) => {
    const cells = row.map((texts, at) => texts.flatMap((text) => wrap(text, widths[at] ?? 0)));
    const height = Math.max(...cells.map((cell) => cell.length));
    return Array.from({ length: height }, (_, place) => line(cells.map((cell) => cell[place] ?? '')));
  });
  return [line(COLUMNS), widths.map((width) => '-'.repeat(width)).join(GAP), ...wrapped].join('\n');
}

/** None wider than its longest text. */
function widthsFor(rows: readonly (readonly string[])[][], columns: number): number[] {
  const longest = COLUMNS.map((title, at) =>
    Math.max(title.length, ...rows.flatMap((row) => (row[at] ?? []).map((text) => text.length))),
  );
  const shares = COLUMNS.map((title) => SHARES[title] ?? 0);
  const fixed = longest.reduce((sum, width, at) => sum + (shares[at] === 0 ? width : 0), 0);
  const room = columns - fixed - GAP.length * (COLUMNS.length - 1);
  const all = shares.reduce((sum, share) => sum + share, 0);
  return longest.map((width, at) => {
    const share = shares[at] ?? 0;
    return share === 0 ? width : Math.min(width, Math.floor((room * share) / all));
  });
}
