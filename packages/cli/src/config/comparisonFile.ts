import type { Values } from '../options/option.js';
import { merge } from '../options/parse.js';
import { compareOptions } from '../options/table.js';
import { givenFromObject } from './file.js';

/**
 * The content of a comparison's config.json, `object`, in the present form, as the options have it.
 * @throws UsageError naming the file and the key.
 */
export function checkComparison(object: Record<string, unknown>, file: string): Values<typeof compareOptions> {
  // The table made each value what its row's type says.
  return merge(compareOptions, [givenFromObject(compareOptions, object, file, 'compare')]).values as Values<
    typeof compareOptions
  >;
}
