/** Evidence as the repository keeps it: full hashes of the whole run, the first digits of those of each step. */
import type { Expected } from './compare.js';
import type { Evidence } from './evidence.js';

export interface WrittenEvidence {
  names: readonly string[];
  /** A step's entries, with blanks between them. */
  steps: readonly string[];
  digests: Record<string, string>;
}

/** Enough to tell which tensor differs; that none does is told by the full digests. */
const entryDigits = 8;
const shortDigits = 12;

export function read({ names, steps, digests }: WrittenEvidence): Expected {
  return { names: [...names], steps: steps.map((step) => step.split(' ')), digests };
}

/** The name of a whole run, as the changelog has it. */
export function shortHash(digests: Readonly<Record<string, string>>): string {
  return (digests.all ?? 'nothing').slice(0, shortDigits);
}

/** The content of expected.ts. */
export function sourceOf({ names, steps, digests }: Evidence): string {
  // A metric is its number, not a hash, and stays whole.
  const cut = (entry: string, place: number) =>
    names[place]?.startsWith('metric:') ? entry : entry.slice(0, entryDigits);
  const quoted = (texts: readonly string[]) => texts.map((text) => `    '${text}',\n`).join('');
  return [
    '/** What the fixed run leaves everywhere. Written by `npm run verify -- --update`; a change needs a line in CHANGELOG.md. */\n',
    "import type { WrittenEvidence } from './written.js';\n",
    '\n',
    'export const expected: WrittenEvidence = {\n',
    `  names: [\n${quoted(names)}  ],\n`,
    `  steps: [\n${quoted(steps.map((step) => step.map(cut).join(' ')))}  ],\n`,
    `  digests: {\n${Object.entries(digests)
      .map(([kind, hash]) => `    ${kind}: '${hash}',\n`)
      .join('')}  },\n`,
    '};\n',
  ].join('');
}
