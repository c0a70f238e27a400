import { statSync } from 'node:fs';
import { join } from 'node:path';
import { givenFromObject, readConfigObject } from '../config/file.js';
import { isComparison } from '../config/migrate.js';
import { isAbsence, messageOf, UsageError } from '../errors.js';
import type { OptionTable } from '../options/option.js';
import type { Given } from '../options/parse.js';
import { CONFIG_FILE } from '../run/fileNames.js';
import { withLambdaOfRuns } from '../run/lambdaOfRuns.js';

/** Options of the run or comparison that --resume goes on with. */
export function resumeLayer(
  table: OptionTable,
  { out, force }: { out: string | undefined; force: boolean },
  kind: 'run' | 'comparison',
): Given {
  if (force) throw new UsageError('--force replaces what --resume would go on with; take one of them');
  if (out === undefined) throw new UsageError('--resume needs --out DIR, the folder of the run to go on with');
  const file = join(out, CONFIG_FILE);
  if (!isThere(file)) throw new UsageError(`--resume: ${out} holds no run (there is no ${file})`);
  const config = readConfigObject(file, '--resume');
  if (isComparison(config) !== (kind === 'comparison')) {
    const right = isComparison(config) ? 'compare' : 'train';
    throw new UsageError(
      `--resume: ${out} is the folder of ${isComparison(config) ? 'a comparison' : 'a run'}: kestirme ${right} --resume`,
    );
  }
  if (kind === 'run') return givenFromObject(table, config, file, 'train');
  return givenFromObject(table, withLambdaOfRuns(config, out), file, 'compare');
}

function isThere(file: string): boolean {
  try {
    statSync(file);
    return true;
  } catch (error) {
    if (isAbsence(error)) return false;
    throw new UsageError(`--resume: cannot read ${file}: ${messageOf(error)}`);
  }
}
