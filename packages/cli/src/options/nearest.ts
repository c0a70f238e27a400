import { nearest } from 'kestirme';

/** '; did you mean ...?' for a slip of the fingers, else nothing. */
export function suggestion(word: string, candidates: readonly string[], prefix = ''): string {
  const near = nearest(word, candidates);
  return near === undefined ? '' : `; did you mean '${prefix}${near}'?`;
}
