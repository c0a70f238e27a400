/** Suggestions for misspelt names. */

const longest = 64;

/** Edit distance of Levenshtein: insertions, deletions and replacements that turn a into b. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}

/** The candidate that `word` was most likely meant to be, if any comes near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  // Nothing so long is a slip of the pen, and the distance takes time that grows with it.
  if (word.length > longest) return undefined;
  const ranked = candidates.map((candidate) => ({
    candidate,
    d: distance(word.toLowerCase(), candidate.toLowerCase()),
  }));
  const best = ranked.sort((a, b) => a.d - b.d)[0];
  return best !== undefined && best.d <= Math.max(2, Math.ceil(word.length / 3)) ? best.candidate : undefined;
}

/** ': did you mean "x"?', or the list of what there is. */
export function suggestion(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  return near === undefined ? `; there are ${candidates.join(', ')}` : `; did you mean "${near}"?`;
}
