import { stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { makeFolder } from '@kestirme/datasets';
import { messageOf, UsageError } from '../errors.js';
import { optional } from '../options/option.js';
import { path } from '../options/types.js';
import { writeFileAtomic } from '../run/atomicFile.js';
import { REPORT_FILE } from '../run/fileNames.js';
import { readRuns } from '../run/readRuns.js';
import { reportTitle } from '../run/reportTitle.js';
import { defineCommand } from './command.js';

const options = {
  out: optional(path('FILE|DIR'), `The report, or a folder for ${REPORT_FILE}`, { defaultText: 'the folder of RUN' }),
};

export const reportCommand = defineCommand({
  name: 'report',
  form: 'RUN... [options]',
  summary: 'Draws the report of runs and comparisons, or one of several together',
  details: 'Runs that have not finished, or are going on, are drawn as far as they are.',
  options,
  positionals: { min: 1, max: Number.MAX_SAFE_INTEGER, name: 'RUN, a folder of a run or comparison,' },
  async run({ values, positionals }, terminal) {
    const [first = ''] = positionals;
    if (positionals.length > 1 && values.out === undefined) throw new UsageError('several folders need --out FILE');
    const runs = (await Promise.all(positionals.map(readRuns))).flat();
    const file = values.out === undefined ? join(first, REPORT_FILE) : await fileFor(values.out);
    // Its charts' library is large, and no other command needs it at once.
    const { renderReport } = await import('../report/report.js');
    await writeFileAtomic(file, renderReport(runs, { title: reportTitle(runs.map((run) => run.config)) }));
    terminal.out(file);
    return 0;
  },
});

/** The file of --out, which names it or its folder; a folder is there or ends in a slash. Folders on the way are made. */
async function fileFor(out: string): Promise<string> {
  const isThere = await stat(out).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const file = isThere || out.endsWith('/') || out.endsWith(sep) ? join(out, REPORT_FILE) : out;
  await makeFolder(dirname(file)).catch((error: unknown) => {
    throw new UsageError(`--out: there can be no folder ${dirname(file)}: ${messageOf(error)}`);
  });
  return file;
}
