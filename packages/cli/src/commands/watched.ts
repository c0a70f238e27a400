/** Training while a page may look on, stop it and let it go on. */
import { Dashboard } from '../dashboard/dashboard.js';
import { openBrowser } from '../dashboard/openBrowser.js';
import type { Interrupt } from '../run/interrupt.js';
import type { Progress } from '../terminal/progress.js';
import type { Terminal } from '../terminal/terminal.js';
import { interruptible } from './session.js';

interface Choice {
  dashboard: boolean;
  open: boolean;
  port: number | undefined;
  quiet: boolean;
  ignoreHangup: boolean | undefined;
}

/** `done`: what came out; null when it was ended, with a checkpoint. */
export interface Attempt<T> {
  dir: string;
  done: T | null;
}

export interface Outcome<T> extends Attempt<T> {
  /** Of the process, when it was ended. */
  exitCode: number;
}

/**
 * Does `attempt`, and again in the folder `resume` when the page stopped it and lets it go on. `told` hears the outcome
 * before the page, where one is open, is waited for.
 */
export async function watched<T>(
  choice: Choice,
  { terminal, progress }: { terminal: Terminal; progress: Progress },
  attempt: (begin: (dir: string) => AbortSignal, resume: string | null) => Promise<Attempt<T>>,
  told: (outcome: Outcome<T>) => number,
): Promise<number> {
  const page = choice.dashboard || choice.open ? await openPage(choice, terminal, progress) : null;
  let interrupt: Interrupt | undefined;
  const begin = (dir: string) => {
    interrupt ??= interruptible(progress, terminal, choice);
    return page === null ? interrupt.signal : AbortSignal.any([interrupt.signal, page.begin(dir)]);
  };
  try {
    let result = await attempt(begin, null);
    while (result.done === null && interrupt?.signal.aborted === false && page?.hasStopped === true) {
      progress.note('stopped from the page, with a checkpoint; resume it there, or end here with Ctrl-C');
      if (!(await page.resumed(interrupt.signal))) break;
      progress.note('going on');
      result = await attempt(begin, result.dir);
    }
    const code = told({ ...result, exitCode: interrupt?.exitCode ?? 1 });
    await whileLookedAt(page, interrupt, { terminal, progress });
    return code;
  } finally {
    interrupt?.dispose();
    await page?.close();
  }
}

async function openPage({ port, open, quiet }: Choice, terminal: Terminal, progress: Progress): Promise<Dashboard> {
  const page = await Dashboard.start({ port, warn: (text) => progress.warn(text) });
  // Whoever asked for it needs the address, quiet or not.
  if (quiet) progress.warn(`dashboard: ${page.url}`);
  else progress.note(`dashboard: ${page.url}`);
  // The work does not wait for a browser.
  if (open) {
    void openBrowser(page.url, terminal.env).then((isOpen) => {
      if (!isOpen) progress.note('there is no browser to open here: open the address above where there is one');
    });
  }
  return page;
}

/** Where a person sits: a page that is open stays what it is, until it is closed or Ctrl-C comes. */
async function whileLookedAt(
  page: Dashboard | null,
  interrupt: Interrupt | undefined,
  { terminal, progress }: { terminal: Terminal; progress: Progress },
): Promise<void> {
  if (page === null || page.pages === 0 || interrupt === undefined || interrupt.signal.aborted) return;
  if (!terminal.error.isTTY) return;
  progress.note('the page is open, and served until it is closed or Ctrl-C comes');
  await page.ended(interrupt.signal);
}
