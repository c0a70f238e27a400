import { nearest } from 'kestirme';

/** '; did you mean ...?', or nothing when no candidate comes near. */
export function suggestion(word: string, candidates: readonly string[], prefix = ''): string {
  const near = nearest(word, candidates);
  return near === undefined ? '' : `; did you mean '${prefix}${near}'?`;
}
