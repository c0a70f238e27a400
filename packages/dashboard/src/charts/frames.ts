/** Drawings take turns in the frames of the screen: a page that draws twenty charts is never busy for long. */

/** What begins in a frame after so many milliseconds of others' would keep the screen waiting. */
const BUDGET = 8;
const waiting = new Set<() => void>();
let isAsked = false;

/** Calls `work` in one of the next frames; once, however often it was asked for by then. */
export function inTurn(work: () => void): void {
  waiting.add(work);
  ask();
}

function ask(): void {
  if (isAsked) return;
  isAsked = true;
  requestAnimationFrame(() => {
    isAsked = false;
    const began = performance.now();
    for (const next of waiting) {
      waiting.delete(next);
      next();
      if (performance.now() - began > BUDGET) break;
    }
    if (waiting.size > 0) ask();
  });
}
