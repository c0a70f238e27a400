/** Where training goes on: in a utility process, or in the main process. */
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { TrainRunOptions } from '@kestirme/cli';
import type { FromTraining } from '../training/messages.mjs';
import type { Trainer } from '../training/trainer.mjs';
import type { Child, ElectronApi, Port } from './electronApi.js';
import { unpacked } from './unpacked.js';

export type Place = 'utility process' | 'main process';

export interface Training {
  /** The page at the other end looks on. */
  connect(port: Port): void;
  /** Begins a new run, unless one is under way. */
  begin(): void;
  /** Stops with a checkpoint, and ends. Does not reject. */
  close(): Promise<void>;
}

export interface TrainingOptions {
  /** Of all runs. */
  folder: string;
  recipe: TrainRunOptions;
  /** Is told why a run has failed. */
  fail(message: string): void;
}

const folderOfTraining = unpacked(fileURLToPath(new URL('../training', import.meta.url)));

/** Begins a process when it is needed, also after one has died. */
export function inUtilityProcess(electron: ElectronApi, { folder, recipe, fail }: TrainingOptions): Training {
  let child: Child | null = null;
  let onStopped = () => {};
  let isClosing = false;

  const running = () => {
    if (child !== null) return child;
    const made = electron.utilityProcess.fork(join(folderOfTraining, 'process.mjs'), [], { serviceName: 'Training' });
    made.postMessage({ kind: 'open', folder, recipe });
    made.on('message', (message: FromTraining) => {
      if (message.kind === 'stopped') onStopped();
      else fail(message.message);
    });
    made.once('exit', (code) => {
      child = null;
      onStopped();
      if (!isClosing)
        fail(`Its process has ended by itself (code ${code}). The run can be resumed from its checkpoint.`);
    });
    child = made;
    return made;
  };
  const say = (kind: 'connect' | 'begin' | 'stop', ports?: Port[]) => running().postMessage({ kind }, ports);

  return {
    connect: (port) => say('connect', [port]),
    begin: () => say('begin'),
    async close() {
      isClosing = true;
      if (child === null) return;
      const stopped = new Promise<void>((resolve) => {
        onStopped = resolve;
      });
      say('stop');
      await stopped;
      child?.kill();
    },
  };
}

/** What trains is loaded when it is needed. Its steps are in a thread of the engine's, so that windows stay fluent. */
export function inMainProcess({ folder, recipe, fail }: TrainingOptions): Training {
  let opened: Promise<Trainer> | null = null;
  const open = async () => {
    const file = pathToFileURL(join(folderOfTraining, 'trainer.mjs')).href;
    const { Trainer } = (await import(file)) as typeof import('../training/trainer.mjs');
    return Trainer.open(folder, recipe, fail);
  };
  const use = async (work: (trainer: Trainer) => void | Promise<void>) => {
    try {
      opened ??= open();
      await work(await opened);
    } catch (error) {
      fail(error instanceof Error ? error.message : String(error));
    }
  };
  return {
    connect: (port) => use((trainer) => trainer.connect(port)),
    begin: () => use((trainer) => trainer.begin()),
    close: async () => {
      if (opened !== null) await use((trainer) => trainer.close());
    },
  };
}
