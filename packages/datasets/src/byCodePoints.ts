/** Compares texts for `sort`: the same order in every language. */
export const byCodePoints = (a: string, b: string): number => (a < b ? -1 : 1);
