/**
 * The utility process: all that trains is here, so that neither its load nor its end is the application's. Beside the
 * archive, where this lies, no package.json says what .js files are: hence .mjs.
 */
import type { PagePort } from '@kestirme/cli';
import type { FromTraining, ToTraining } from './messages.mjs';
import { Trainer } from './trainer.mjs';

let opened: Promise<Trainer>;

process.parentPort.on('message', async ({ data, ports }) => {
  try {
    await hear(data as ToTraining, ports);
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
  }
});

async function hear(message: ToTraining, ports: readonly PagePort[]): Promise<void> {
  if (message.kind === 'open') opened = Trainer.open(message.folder, message.recipe, fail);
  const trainer = await opened;
  if (message.kind === 'connect') for (const port of ports) trainer.connect(port);
  if (message.kind === 'begin') trainer.begin();
  if (message.kind === 'stop') {
    await trainer.stop();
    say({ kind: 'stopped' });
  }
}

function say(message: FromTraining): void {
  process.parentPort.postMessage(message);
}

function fail(message: string): void {
  say({ kind: 'failed', message });
}
