import { join } from 'node:path';
import { UsageError } from '../errors.js';
import { optional } from '../options/option.js';
import { text } from '../options/types.js';
import { renderReport } from '../report/report.js';
import { writeFileAtomic } from '../run/atomicFile.js';
import { REPORT_FILE } from '../run/folder.js';
import { readRuns } from '../run/readRuns.js';
import { reportTitle } from '../run/trainRun.js';
import { defineCommand } from './command.js';

const options = {
  out: optional(text('FILE'), 'The report', { defaultText: 'report.html in the folder' }),
};

export const reportCommand = defineCommand({
  name: 'report',
  form: 'RUN... [options]',
  summary: 'Draws the report of finished runs and comparisons again, or one of several together',
  options,
  positionals: { min: 1, max: Number.MAX_SAFE_INTEGER, name: 'RUN, a folder of a run or comparison,' },
  async run({ values, positionals }, terminal) {
    const [first = ''] = positionals;
    if (positionals.length > 1 && values.out === undefined) throw new UsageError('several folders need --out FILE');
    const runs = (await Promise.all(positionals.map(readRuns))).flat();
    const file = values.out ?? join(first, REPORT_FILE);
    await writeFileAtomic(file, renderReport(runs, { title: reportTitle(runs.map((run) => run.config)) }));
    terminal.out(file);
    return 0;
  },
});
