/** npm run bench: see --help in settings.ts. */
import { endChildren } from './child.js';
import { lockFolder } from './lock.js';
import { describeMachine, sourceCommit } from './machine.js';
import { type Performer, perform, programsIn } from './perform.js';
import { type PlannedRun, planItem } from './plan.js';
import { runSide } from './programs.js';
import { describeRun, duration, Estimate } from './progress.js';
import { writeReport } from './report.js';
import { addItem, type ItemResult, openResults, type Results, remaining, writeResults } from './results.js';
import { type Command, help, readCommand, type Settings, UsageError } from './settings.js';
import type { Item } from './suite.js';
import { goalText } from './summary.js';
import { defaultOwn, type Work } from './work.js';

const say = (line: string) => process.stderr.write(`${line}\n`);

/** Runs the command line; resolves with the exit code: 0 done, 1 something failed, 2 wrong usage, 130 interrupted. */
export async function main(argv: string[]): Promise<number> {
  let command: Command;
  try {
    command = readCommand(argv, process.env);
  } catch (error) {
    say(`bench: ${(error as Error).message}`);
    return error instanceof UsageError ? 2 : 1;
  }
  if (command.action === 'help') process.stdout.write(help);
  if (command.action === 'list') process.stdout.write(`${command.items.map(listLine).join('\n')}\n`);
  if (command.action !== 'run') return 0;
  try {
    const unlock = lockFolder(command.out);
    try {
      return await measure(command);
    } finally {
      unlock();
    }
  } catch (error) {
    say(`bench: ${(error as Error).message}`);
    return 1;
  }
}

function listLine({ name, title, goals }: Item): string {
  return `${name.padEnd(14)} ${title}${goals.length > 0 ? ` [${goals.map(goalText).join('; ')}]` : ''}`;
}

async function measure(command: Command): Promise<number> {
  const { settings, items, out } = command;
  await checkBackends(settings);
  const machine = describeMachine();
  const fresh: Results = { version: 2, started: new Date().toISOString(), machine, settings, items: [] };
  const results = openResults(out, fresh, command.resume);
  // Before the first item too, so that there is something to resume.
  writeResults(out, results);
  const todo = remaining(items, results);
  const plans = todo.map((item) => planItem(item, { settings, cores: machine.cores }));
  const estimate = new Estimate(plans);
  let interrupted = false;
  const stop = () => {
    if (!interrupted) say('bench: interrupted; the items that are done are kept, --resume goes on');
    interrupted = true;
    endChildren();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, stop);
  if (settings.images === 'noise') say('bench: no images are given, so the networks see noise; see --data in --help');
  try {
    for (const [index, item] of todo.entries()) {
      say(`\n[${index + 1}/${todo.length}] ${item.title}`);
      const plan = plans[index] as PlannedRun[];
      const result = await measureItem(item, plan, command, estimate, () => interrupted);
      if (interrupted) break;
      if (result.failed !== undefined) say(`  failed: ${result.failed}`);
      addItem(results, result);
      writeResults(out, results);
      writeReport(out, results);
    }
  } finally {
    for (const signal of signals) process.off(signal, stop);
  }
  // Also when nothing was left to measure: a newer program may tell it better.
  if (results.items.length > 0) say(`\n${writeReport(out, results)}`);
  if (interrupted) return 130;
  return results.items.some(({ failed }) => failed !== undefined) ? 1 : 0;
}

/** Takes a step of a small network on each of our backends. @throws with the reason when one cannot. */
async function checkBackends({ backends, threads }: Settings): Promise<void> {
  const size = { model: 'resnet20', width: 0.25, timeSteps: 1, batch: 1, threads, mode: 'train' } as const;
  const work: Work = { ...size, pretrain: 0, warmup: 0, warmupSeconds: 0, steps: 1, ...nothing };
  for (const side of backends) await runSide({ side, work, own: defaultOwn });
}
const nothing = { data: undefined, images: undefined, weights: undefined };

async function measureItem(
  item: Item,
  plan: readonly PlannedRun[],
  { settings, images, out }: Command,
  estimate: Estimate,
  interrupted: () => boolean,
): Promise<ItemResult> {
  const result: ItemResult = { item, date: new Date().toISOString(), commit: sourceCommit(), runs: [] };
  const programs = programsIn(out, images, settings);
  let reached = 0;
  const performer: Performer = {
    ...programs,
    interrupted,
    onEnd(planned, runs) {
      // Runs in between were left out.
      for (; plan[reached] !== planned; reached++) estimate.advance(null);
      estimate.advance(runs.at(-1)?.wallSeconds ?? null);
      reached++;
      const left = estimate.remaining();
      say(`  ${describeRun(runs, settings.pairs)}${left === null ? '' : ` [about ${duration(left)} left]`}`);
    },
  };
  try {
    await perform(plan, performer, result.runs);
  } catch (error) {
    result.failed = (error as Error).message;
  } finally {
    await programs.clean();
    for (; reached < plan.length; reached++) estimate.advance(null);
  }
  return result;
}
