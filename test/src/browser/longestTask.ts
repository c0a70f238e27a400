/** What Chromium's own record says of the tasks on a page's main thread. */
import type { Browser, Page } from 'playwright-core';

export interface Tasks {
  count: number;
  /** Of the longest one, in milliseconds: from its begin to its end, and what of it a processor worked. */
  longest: number;
  longestWork: number;
  /** That took more than 50 ms. */
  over50: number;
}

interface Frame {
  processId: number;
  url: string;
}

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  dur?: number;
  tdur?: number;
  args?: { name?: string; data?: Partial<Frame> & { frames?: Frame[] } };
}

/** Of the page's main thread while `work` is done. Nothing else may record the browser meanwhile. */
export async function tasksDuring(browser: Browser, page: Page, work: () => Promise<void>): Promise<Tasks> {
  const categories = ['toplevel', 'disabled-by-default-devtools.timeline', 'devtools.timeline'];
  await browser.startTracing(page, { categories });
  let record: Buffer;
  try {
    await work();
  } finally {
    record = await browser.stopTracing();
  }
  return tasksOf(JSON.parse(record.toString()).traceEvents, page.url());
}

function tasksOf(events: readonly TraceEvent[], url: string): Tasks {
  const origin = new URL(url).origin;
  // The frames that there were at the beginning, and those that came.
  const frames = events.flatMap(({ args }) => [...(args?.data?.frames ?? []), ...(args?.data ? [args.data] : [])]);
  const pid = frames.find(({ url, processId }) => url?.startsWith(origin) && processId !== undefined)?.processId;
  const main = events.find(
    (one) => one.name === 'thread_name' && one.pid === pid && one.args?.name === 'CrRendererMain',
  );
  if (main === undefined) throw new Error('the record of the browser does not name the main thread of the page');
  const tasks = events.filter(
    ({ name, ph, pid, tid }) => name.endsWith('RunTask') && ph === 'X' && pid === main.pid && tid === main.tid,
  );
  const longestOf = (lengths: number[]) => lengths.reduce((most, length) => Math.max(most, length), 0) / 1000;
  return {
    count: tasks.length,
    longest: longestOf(tasks.map(({ dur = 0 }) => dur)),
    longestWork: longestOf(tasks.map(({ tdur = 0 }) => tdur)),
    over50: tasks.filter(({ dur = 0 }) => dur > 50_000).length,
  };
}
