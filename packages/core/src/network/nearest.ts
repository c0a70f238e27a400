/** Suggestions for names that nobody knows: only where a finger slipped, never one word for another. */

/** No name is longer; the distance takes time that grows with the square of it. */
const longest = 64;
/** A prefix of fewer letters says nothing. */
const shortestPrefix = 3;
const mostListed = 20;

/**
 * Edit distance of Damerau and Levenshtein, its restricted kind: insertions, deletions, replacements and swaps of
 * neighbours that turn a into b.
 */
function distance(a: string, b: string): number {
  let [before, row] = [[] as number[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? Infinity) + 1 : Infinity;
      next.push(Math.min(replaced, swapped, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    [before, row] = [row, next];
  }
  return row[b.length] as number;
}

/** How far `word` is from `candidate` as a slip of the fingers; infinite when it is another word. */
function slip(word: string, candidate: string): number {
  const digits = (text: string) => text.replace(/\D/g, '');
  // Another number or another beginning is another thing: resnet50 is not resnet20, fmnist is not mnist.
  const [first, second] = candidate;
  const begins = word[0] === first || (word[0] === second && word[1] === first);
  if (digits(word) !== digits(candidate) || !begins) return Infinity;
  const d = distance(word, candidate);
  return d <= (Math.min(word.length, candidate.length) <= 5 ? 1 : 2) ? d : Infinity;
}

/**
 * The candidate that `word` is a slip of: one letter amiss in up to five letters, two in more. Or the only one that begins with
 * it, as 'optimizer' does with 'optim'.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > longest) return undefined;
  const typed = word.toLowerCase();
  const ranked = candidates.map((candidate) => ({ candidate, d: slip(typed, candidate.toLowerCase()) }));
  const best = ranked.sort((a, b) => a.d - b.d)[0];
  if (best !== undefined && best.d < Infinity) return best.candidate;
  const longer = candidates.filter((candidate) => candidate.toLowerCase().startsWith(typed));
  return typed.length >= shortestPrefix && longer.length === 1 ? longer[0] : undefined;
}

/** '; did you mean "x"?', or the list of what there is. */
export function suggestion(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  if (near !== undefined) return `; did you mean "${near}"?`;
  const more = candidates.length > mostListed ? ` and ${candidates.length - mostListed} more` : '';
  return `; there are ${candidates.slice(0, mostListed).join(', ')}${more}`;
}
