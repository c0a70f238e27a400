import { NetworkError, OptionsError } from 'kestirme';
import type { Command } from './commands/command.js';
import { compareCommand } from './commands/compare.js';
import { dashboardCommand } from './commands/dashboard.js';
import { dataCommand } from './commands/data.js';
import { diffCommand } from './commands/diff.js';
import { evaluateCommand } from './commands/evaluate.js';
import { inspectCommand } from './commands/inspect.js';
import { reportCommand } from './commands/report.js';
import { startCommand } from './commands/start.js';
import { trainCommand } from './commands/train.js';
import { verifyCommand } from './commands/verify.js';
import { zooCommand } from './commands/zoo.js';
import { messageWithFile, UsageError } from './errors.js';
import { suggestion } from './options/nearest.js';
import type { Terminal } from './terminal/terminal.js';
import { wrap } from './terminal/wrap.js';
import { PROGRAM_VERSION } from './version.js';

const COMMANDS: readonly Command[] = [
  startCommand,
  trainCommand,
  compareCommand,
  dashboardCommand,
  evaluateCommand,
  inspectCommand,
  zooCommand,
  dataCommand,
  reportCommand,
  diffCommand,
  verifyCommand,
];

/** Exit code: 0 done, 1 failed, 2 wrong usage, 129, 130 or 143 ended by a signal. */
export async function runProgram(
  argv: readonly string[],
  terminal: Terminal,
  commands: readonly Command[] = COMMANDS,
): Promise<number> {
  try {
    return await dispatch(argv, terminal, commands);
  } catch (error) {
    // The library's word for a network or options that cannot be.
    const isUsage = [UsageError, NetworkError, OptionsError].some((kind) => error instanceof kind);
    terminal.error.write(`kestirme: ${messageWithFile(error)}\n`);
    if (terminal.env.KESTIRME_DEBUG && error instanceof Error) terminal.error.write(`${error.stack}\n`);
    return isUsage ? 2 : 1;
  }
}

async function dispatch(argv: readonly string[], terminal: Terminal, commands: readonly Command[]): Promise<number> {
  const [first, ...rest] = argv;
  if (first === '--version' || first === '-V' || first === 'version') {
    terminal.out(PROGRAM_VERSION);
    return 0;
  }
  if (first === undefined || first === '--help' || first === '-h') {
    terminal.out(overview(commands, terminal.error.columns));
    return first === undefined ? 2 : 0;
  }
  if (first === 'help') {
    terminal.out(
      rest[0] === undefined
        ? overview(commands, terminal.error.columns)
        : findCommand(rest[0], commands).help(terminal.error.columns),
    );
    return 0;
  }
  if (first.startsWith('-')) throw new UsageError(`a command comes first: kestirme train ${first} ...`);
  const command = findCommand(first, commands);
  const options = rest.includes('--') ? rest.slice(0, rest.indexOf('--')) : rest;
  if (options.includes('--help') || options.includes('-h')) {
    terminal.out(command.help(terminal.error.columns));
    return 0;
  }
  return command.run(rest, terminal);
}

function findCommand(name: string, commands: readonly Command[]): Command {
  const found = commands.find((command) => command.name === name);
  if (found !== undefined) return found;
  const names = commands.map((command) => command.name);
  throw new UsageError(`there is no command '${name}'${suggestion(name, names) || `; there are ${names.join(', ')}`}`);
}

function overview(commands: readonly Command[], columns: number): string {
  const rows = commands.map(({ name, form, summary }) => ({ left: `  ${name} ${form}  `, summary }));
  const indent = Math.max(...rows.map(({ left }) => left.length));
  const lines = rows.flatMap(({ left, summary }) =>
    wrap(summary, Math.max(30, columns - indent)).map((part, i) => (i === 0 ? left : '').padEnd(indent) + part),
  );
  const advice =
    'kestirme COMMAND --help tells all options of a command; each may also stand in a JSON or YAML file: --config FILE.';
  return [
    ...wrap('kestirme: trains deep spiking neural networks with shortcut back-propagation', columns),
    ...['', ...lines, ''],
    ...wrap(advice, columns),
  ].join('\n');
}
