/** Drawings take turns, one in each frame of the screen: a page that draws twenty charts is never busy for long. */
const waiting = new Set<() => void>();
let isAsked = false;

/** Calls `draw` in one of the next frames; once, however often it was asked for by then. */
export function inTurn(draw: () => void): void {
  waiting.add(draw);
  ask();
}

function ask(): void {
  if (isAsked) return;
  isAsked = true;
  requestAnimationFrame(() => {
    isAsked = false;
    const [next] = waiting;
    if (next === undefined) return;
    waiting.delete(next);
    next();
    if (waiting.size > 0) ask();
  });
}
