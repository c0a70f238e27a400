import type { FromTrainer } from '../training/protocol.js';
import { byId } from './element.js';
import { isolate } from './isolation.js';

async function begin(): Promise<void> {
  byId('stuck').remove();
  // On a narrow screen the curves would be far below it.
  byId<HTMLDetailsElement>('setting-box').open = !matchMedia('(max-width: 62rem)').matches;
  if (!('WebAssembly' in globalThis))
    throw new Error('this browser gives pages no WebAssembly, by which it would train');
  if (!(await isolate())) return;
  const worker = new Worker(new URL('../training/worker.js', import.meta.url), { type: 'module' });
  const failed = new Promise<ErrorEvent>((resolve) => worker.addEventListener('error', resolve));
  // The trainer loads beside what draws. It says nothing before it is spoken to.
  const { Playground } = await import('./playground.js');
  const playground = new Playground((message) => worker.postMessage(message));
  worker.addEventListener('message', ({ data }: MessageEvent<FromTrainer>) => playground.hear(data));
  // What failed while the rest loaded is heard, too.
  const hearError = ({ message }: ErrorEvent) =>
    playground.hearError(message || "the trainer's script could not be loaded");
  hearError(await failed);
  worker.addEventListener('error', hearError);
}

begin().catch((error: unknown) => {
  const why = error instanceof Error ? error.message : String(error);
  byId('status').textContent = `Failed: ${why}. Load the page anew.`;
});
