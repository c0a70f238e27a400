// What is done to the runs of npm run terminal-test. A deed's `perform` gives the exit code where one is to be seen, and
// `leaves` says what the folder of the run holds then; both are what is expected. `site`: see terminal-test.mjs.
import { readFileSync } from 'node:fs';
import { until } from './pseudo-terminal.mjs';

const ctrlC = '\x03';
const secondWishMilliseconds = 1000;

/** Closes the run's terminal under it. */
async function close({ open, words, begun }, more = []) {
  const terminal = open([...words, ...more]);
  await begun(terminal);
  terminal.close();
  return terminal.ended();
}

/** Types a line into a shell and closes the shell's terminal once the run has begun. */
async function type({ open, begun }, line) {
  const terminal = open(['bash', '--norc', '-i']);
  terminal.press(`${line}\n`);
  await begun(terminal);
  terminal.close();
  await terminal.ended();
}

/** The exit code that a shell writes into `file`. */
async function codeIn(file) {
  const read = () => {
    try {
      return readFileSync(file, 'utf8').trim();
    } catch {
      return '';
    }
  };
  await until(
    () => `an exit code in ${file}`,
    () => read() !== '',
  );
  return Number(read());
}

export const interrupted = {
  name: 'Ctrl-C',
  leaves: 'checkpoint',
  code: 130,
  async perform({ open, words, begun }) {
    const terminal = open(words);
    await begun(terminal);
    terminal.press(ctrlC);
    return terminal.ended();
  },
};

export const quit = {
  name: 'Ctrl-C twice, a second apart',
  leaves: 'nothing',
  code: 130,
  /** The step under way takes longer than a person to press a key again. */
  needsLongSteps: true,
  async perform({ open, words, begun }) {
    const terminal = open(words);
    await begun(terminal);
    terminal.press(ctrlC);
    await terminal.until('an answer to Ctrl-C', () => terminal.screen.includes('Ctrl-C again to quit'));
    await new Promise((resolve) => setTimeout(resolve, secondWishMilliseconds));
    terminal.press(ctrlC);
    return terminal.ended();
  },
};

export const hungUp = {
  name: 'terminal closed',
  leaves: 'checkpoint',
  code: 129,
  perform: (site) => close(site),
};

export const ignoring = {
  name: '--ignore-hangup, terminal closed',
  leaves: 'result',
  async perform(site) {
    await close(site, ['--ignore-hangup']);
  },
};

/** Outside of Linux, nohup is not recognised through npm. */
const underNohup = (line, throughNpm) =>
  `nohup ${line}${throughNpm && process.platform !== 'linux' ? ' --ignore-hangup' : ''}`;

export const nohup = {
  name: 'nohup ... > log &, terminal closed',
  leaves: 'result',
  perform: (site) => type(site, `${underNohup(site.line, site.throughNpm)} > ${site.dir}.log 2>&1 &`),
};

/** Without a terminal as standard input, whose place nohup would take. */
export const nohupWithoutInput = {
  name: 'nohup ... < /dev/null > log &, terminal closed',
  leaves: 'result',
  perform: (site) => type(site, `${underNohup(site.line, site.throughNpm)} < /dev/null > ${site.dir}.log 2>&1 &`),
};

export const disowned = {
  name: '... & disown, terminal closed',
  leaves: 'result',
  code: 0,
  async perform(site) {
    await type(site, `(${site.line}; echo $? > ${site.dir}.code) & disown`);
    const code = await codeIn(`${site.dir}.code`);
    // npm's own process has lost its terminal, too, and some versions of Node abort then.
    return site.throughNpm ? undefined : code;
  },
};

export const unread = {
  name: '(... 2>&1) | head -1',
  leaves: 'result',
  code: 0,
  perform: ({ open, line }) => open(['bash', '-c', `set -o pipefail; (${line} 2>&1) | head -1`]).ended(),
};

export const onFullDisk = {
  name: '... 2> /dev/full',
  leaves: 'result',
  code: 0,
  perform: ({ open, line }) => open(['bash', '-c', `${line} 2> /dev/full`]).ended(),
};

export const allDeeds = [
  ...[interrupted, quit, hungUp, ignoring, nohup, nohupWithoutInput, disowned, unread],
  ...(process.platform === 'linux' ? [onFullDisk] : []),
];
