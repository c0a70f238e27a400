// npm run terminal-test: what becomes of a run when its terminal, or whoever reads its output, does something to it. Each run
// is started as a person would in a pseudo-terminal, disturbed while it trains, and then gone on with; it must come to the
// weights of a run that nobody disturbed.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMain, root, run, runScript, ScriptError, which } from './process.mjs';
import { PseudoTerminal, until, whyNoPseudoTerminal } from './pseudo-terminal.mjs';
import { allDeeds, disowned, hungUp, interrupted, nohup, quit, unread } from './terminal-deeds.mjs';
import { comparison, isAlive, longSteps, ownerOf, shortSteps } from './terminal-work.mjs';

const program = join(root, 'packages', 'cli', 'bin', 'kestirme.mjs');

/** Ways to start a run; `shell` is the one that npm has start it. */
const direct = { name: 'node', command: [process.execPath, program], work: shortSteps };
const npx = (shell) => ({ name: `npx, ${shell}`, command: ['npx', 'kestirme'], shell, work: shortSteps });
const npmStart = (shell) => ({ name: `npm start, ${shell}`, command: ['npm', 'start', '--'], shell, work: comparison });

/** Of everything, and of the little that stands for the rest: what is started how, and what is done to it. */
const tables = {
  whole: [
    ...[direct, npx('dash'), npx('bash')].map((way) => [way, allDeeds]),
    // Minutes, so that those are left out that differ little.
    [npmStart('bash'), [interrupted, quit, hungUp, nohup, disowned, unread]],
    [npmStart('dash'), [interrupted, hungUp]],
  ],
  short: [
    [npx('bash'), [interrupted]],
    [direct, [hungUp, nohup, disowned]],
  ],
};

/** Runs the program where no terminal is. */
async function plainly(args) {
  const { code, text } = await run(process.execPath, [program, ...args], { quiet: true });
  if (code !== 0) throw new ScriptError(`exit code ${code}: kestirme ${args.join(' ')}\n${text}`);
}

const quoted = (words) => words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');

/** Starts a run, does `deed` to it, waits until it is over and goes on with it. Gives what there was to see. */
async function disturb({ command, shell }, deed, work, dir) {
  const words = [...command, ...work.args(dir)];
  const npm = shell === undefined ? {} : { npm_config_script_shell: which(shell), npm_config_update_notifier: 'false' };
  // Native code may be built at this moment.
  const env = { KESTIRME_BACKEND: 'wasm', ...npm };
  const terminals = [];
  let trainer;
  const site = {
    dir,
    words,
    /** As a shell reads them. */
    line: quoted(words),
    throughNpm: shell !== undefined,
    open(argv) {
      const terminal = new PseudoTerminal(argv, env);
      terminals.push(terminal);
      return terminal;
    },
    async begun(terminal) {
      await terminal.until('the beginning of a run', () => work.hasBegun(dir, terminal.screen));
      trainer = ownerOf(dir);
    },
  };
  try {
    const code = await deed.perform(site);
    // Where its terminal or npm is gone, the run may still be at work.
    await until(
      () => `the end of process ${trainer}`,
      () => trainer === undefined || !isAlive(trainer),
    );
    const left = work.isFinished(dir) ? 'result' : work.hasCheckpoint(dir) ? 'checkpoint' : 'nothing';
    const locked = ownerOf(dir) !== undefined;
    await plainly(work.resume(dir));
    return { code, left, locked, weights: work.weights(dir) };
  } finally {
    for (const terminal of terminals) terminal.destroy();
  }
}

/** What is not as it should be, in words; empty when all is. */
function faults(seen, deed, leaves, weights) {
  return [
    ...(leaves.includes(seen.left) ? [] : [`left ${seen.left}, not ${leaves.join(' or ')}`]),
    ...([undefined, deed.code].includes(seen.code) ? [] : [`exit code ${seen.code}, not ${deed.code}`]),
    ...(seen.locked ? ['left a lock'] : []),
    ...(seen.weights === weights ? [] : ['went on to other weights']),
  ];
}

/**
 * A row for each cell of `table`, 'whole' or 'short'. `tell` hears each row.
 * @returns {Promise<{way: string, deed: string, outcome: 'ok' | 'FAILED' | 'skipped', words: string}[]>}
 */
export async function terminalTest(table, tell = () => {}) {
  const folder = mkdtempSync(join(tmpdir(), 'kestirme-terminal-'));
  const rows = [];
  const add = (row) => {
    rows.push(row);
    tell(row);
  };
  /** Weights of the undisturbed runs, by what they train. */
  const undisturbed = new Map();
  async function weightsOf(work) {
    if (!undisturbed.has(work)) {
      const dir = join(folder, `undisturbed-${undisturbed.size}`);
      await plainly(work.undisturbed(dir));
      undisturbed.set(work, work.weights(dir));
    }
    return undisturbed.get(work);
  }
  async function cell(way, deed) {
    const names = { way: way.name, deed: deed.name };
    const why =
      whyNoPseudoTerminal() ?? ['bash', way.shell].filter((one) => one && !which(one)).map((one) => `no ${one}`)[0];
    if (why !== undefined) return add({ ...names, outcome: 'skipped', words: why });
    const work = deed.needsLongSteps && way.work === shortSteps ? longSteps : way.work;
    // The steps of npm start are short: it may be over when the second Ctrl-C comes.
    const leaves = deed.needsLongSteps && work === comparison ? ['nothing', 'checkpoint'] : [deed.leaves];
    try {
      const weights = await weightsOf(work);
      const seen = await disturb(way, deed, work, join(folder, `run-${rows.length}`));
      const wrong = faults(seen, deed, leaves, weights);
      const words = `exit code ${seen.code ?? 'unseen'}, left ${seen.left}; --resume: ${seen.weights.slice(0, 12)}`;
      add({ ...names, outcome: wrong.length > 0 ? 'FAILED' : 'ok', words: [words, ...wrong].join('; ') });
    } catch (error) {
      if (!(error instanceof ScriptError)) throw error;
      add({ ...names, outcome: 'FAILED', words: error.message });
    }
  }
  try {
    for (const [way, deeds] of tables[table]) for (const deed of deeds) await cell(way, deed);
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const terminalRow = ({ way, deed, outcome, words }) =>
  `${outcome.padEnd(7)}  ${way.padEnd(15)}  ${deed.padEnd(46)}  ${words}`;

export function terminalCounts(rows) {
  const count = (outcome) => rows.filter((row) => row.outcome === outcome).length;
  return { passed: count('ok'), failed: count('FAILED'), skipped: count('skipped') };
}

if (isMain(import.meta.url)) {
  await runScript(async () => {
    const [table = 'whole', ...rest] = process.argv.slice(2);
    if (!Object.hasOwn(tables, table) || rest.length > 0) {
      throw new ScriptError(`usage: npm run terminal-test [-- ${Object.keys(tables).join('|')}]`);
    }
    const { passed, failed, skipped } = terminalCounts(
      await terminalTest(table, (row) => console.log(terminalRow(row))),
    );
    console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
    return failed > 0 ? 1 : 0;
  });
}
