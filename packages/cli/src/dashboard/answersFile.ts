import type { AnswersFile } from '@kestirme/dashboard';
import { plain } from 'kestirme';
import { ANSWERS_FILE } from '../run/fileNames.js';
import type { RunFolder } from '../run/folder.js';

const { count, finite, listOf, nonNegative, objectOf, oneOf, text } = plain;
const problemOf = objectOf({
  epoch: count,
  images: oneOf(['test', 'validation']),
  classNames: listOf(text),
  confusion: listOf(nonNegative),
  worst: listOf(
    objectOf({
      ...{ index: count, label: count, answer: count, margin: finite },
      ...{ height: count, width: count, channels: count, pixels: text },
    }),
  ),
});

/** Null where the run has no such file, or one that is none: it is for looking at, and made anew after each epoch. */
export async function readAnswers(folder: RunFolder): Promise<AnswersFile | null> {
  if (!(await folder.has(ANSWERS_FILE))) return null;
  const value = await folder.readJson(ANSWERS_FILE).catch(() => null);
  return value === null || problemOf(value, '') !== undefined ? null : (value as unknown as AnswersFile);
}
