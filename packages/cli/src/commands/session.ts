/** Parts that are shared by the commands that need an engine, or end with a checkpoint. */
import { type Kernels, kernelsLine } from '../program/engine.js';
import { Interrupt } from '../run/interrupt.js';
import type { Progress } from '../terminal/progress.js';
import type { Terminal } from '../terminal/terminal.js';

/** For commands that have nothing else to say beside their result. */
export function tellFallback(
  engine: Kernels,
  { quiet, json }: { quiet: boolean; json: boolean },
  terminal: Terminal,
): void {
  if (engine.backendNote !== null && !quiet && !json) terminal.error.write(`${kernelsLine(engine)}\n`);
}

export function interruptible(
  progress: Progress,
  terminal: Terminal,
  { ignoreHangup = terminal.ignoresHangup }: { ignoreHangup: boolean | undefined },
  news = 'ending after this step, with a checkpoint',
): Interrupt {
  const onFirst = () => progress.warn(`${news}; Ctrl-C again to quit at once`);
  return new Interrupt({ onFirst, ignoreHangup });
}
