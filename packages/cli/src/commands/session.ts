/** Parts that are shared by the commands that need an engine or a folder to go on in. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { createEngine, type Engine } from 'kestirme';
import { givenFromObject, readConfigObject } from '../config/file.js';
import { isComparison } from '../config/migrate.js';
import { isAbsence, messageOf, UsageError } from '../errors.js';
import type { OptionTable, Values } from '../options/option.js';
import type { Given } from '../options/parse.js';
import type { trainOptions } from '../options/table.js';
import { CONFIG_FILE } from '../run/fileNames.js';
import { Interrupt } from '../run/interrupt.js';
import { withLambdaOfRuns } from '../run/lambdaOfRuns.js';
import { kernelsInWords } from '../terminal/format.js';
import type { Progress } from '../terminal/progress.js';
import type { Terminal } from '../terminal/terminal.js';

export type EngineChoice = Pick<Values<typeof trainOptions>, 'threads' | 'backend' | 'memoryLimit'>;

export function openEngine({ threads, backend, memoryLimit }: EngineChoice): Promise<Engine> {
  return createEngine({
    ...(threads === undefined ? {} : { threads }),
    ...(backend === undefined ? {} : { backend }),
    ...(memoryLimit === undefined ? {} : { memoryLimit }),
  });
}

type Kernels = Pick<Engine, 'backend' | 'simd' | 'backendNote'>;

/** Which kernels compute, and why not native ones where those were to be taken if there were any. */
export function kernelsLine(engine: Kernels): string {
  const why = engine.backendNote === null ? '' : `, not native: ${engine.backendNote.replace(/\s*\n\s*/g, ' ')}`;
  return `kernels: ${kernelsInWords(engine)}${why}`;
}

/** For commands that have nothing else to say beside their result. */
export function tellFallback(
  engine: Kernels,
  { quiet, json }: { quiet: boolean; json: boolean },
  terminal: Terminal,
): void {
  if (engine.backendNote !== null && !quiet && !json) terminal.error.write(`${kernelsLine(engine)}\n`);
}

/** Options of the run or comparison that --resume goes on with. */
export function resumeLayer(
  table: OptionTable,
  { out, force }: { out: string | undefined; force: boolean },
  kind: 'run' | 'comparison',
): Given {
  if (force) throw new UsageError('--force replaces what --resume would go on with; take one of them');
  if (out === undefined) throw new UsageError('--resume needs --out DIR, the folder of the run to go on with');
  const file = join(out, CONFIG_FILE);
  if (!isThere(file)) throw new UsageError(`--resume: ${out} holds no run (there is no ${file})`);
  const config = readConfigObject(file, '--resume');
  if (isComparison(config) !== (kind === 'comparison')) {
    const right = isComparison(config) ? 'compare' : 'train';
    throw new UsageError(
      `--resume: ${out} is the folder of ${isComparison(config) ? 'a comparison' : 'a run'}: kestirme ${right} --resume`,
    );
  }
  if (kind === 'run') return givenFromObject(table, config, file, 'train');
  return givenFromObject(table, withLambdaOfRuns(config, out), file, 'compare');
}

function isThere(file: string): boolean {
  try {
    statSync(file);
    return true;
  } catch (error) {
    if (isAbsence(error)) return false;
    throw new UsageError(`--resume: cannot read ${file}: ${messageOf(error)}`);
  }
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
