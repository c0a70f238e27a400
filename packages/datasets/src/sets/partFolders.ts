/** Folders of one's own that say what is for training and what for tests, by their names, in whatever case. */
import type { Part } from './parts.js';

/** With test samples; the first that is there counts, where one has to be chosen. */
export const testFolders: readonly string[] = ['test', 'val', 'valid', 'validation'];

/** What a folder of this name holds; null: no part. */
export function partNamed(folder: string | undefined): Part | null {
  const name = folder?.toLowerCase() ?? '';
  if (name === 'train') return 'train';
  return testFolders.includes(name) ? 'test' : null;
}

/** The two among these folders that are parts; null: not both are there, and a class may be called 'Train'. */
export function partFolders(folders: readonly string[]): Record<Part, string> | null {
  const named = (name: string) => folders.find((one) => one.toLowerCase() === name);
  const train = named('train');
  const test = testFolders.map(named).find((one) => one !== undefined);
  return train === undefined || test === undefined ? null : { train, test };
}
