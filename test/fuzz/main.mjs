// npm run fuzz: changes real files until a parser does something other than reading or refusing them. See README.md.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { build } from '../../scripts/build.mjs';
import { isMain, runScript, ScriptError } from '../../scripts/process.mjs';
import { corpusFolder, findingsFolder, isHash, root, targetsFolder } from './places.mjs';

/** An input that has no answer by then never will. */
const hangSeconds = 15;
const largestInput = 1 << 18;
/** What a target's part of the corpus may take in the repository. */
const corpusBytes = 24_000;

export const targetNames = readdirSync(targetsFolder)
  .map((file) => file.replace('.mjs', ''))
  .sort();

const hashOf = (bytes) => createHash('sha256').update(bytes).digest('hex').slice(0, 12);

function writeFinding(name, { bytes, text }) {
  mkdirSync(findingsFolder, { recursive: true });
  const file = join(findingsFolder, `${name}-${hashOf(bytes)}`);
  writeFileSync(file, bytes);
  const replay = `npm run fuzz -- --target ${name} --replay ${relative(root, file)}`;
  writeFileSync(`${file}.txt`, `${text}\n\n${replay}\n`);
  console.error(`\n${name}: ${text.split('\n').slice(0, 6).join('\n  ')}\n  again: ${replay}`);
}

/** The smallest inputs that reach what all reached; those that somebody named stay. */
function writeCorpus(name, kept) {
  const folder = corpusFolder(name);
  for (const file of readdirSync(folder)) {
    if (isHash(file)) rmSync(join(folder, file));
  }
  for (const bytes of kept) writeFileSync(join(folder, hashOf(bytes)), bytes);
}

/** Runs one target to its end; resolves with its numbers. */
export function fuzzTarget(name, { seed, seconds = 0, executions = 0, replay, minimise = false }) {
  const shared = new SharedArrayBuffer(8 + largestInput);
  const progress = new Int32Array(shared, 0, 2);
  const worker = new Worker(new URL('./worker.mjs', import.meta.url), {
    workerData: { name, seed, seconds, executions, replay, minimise: minimise ? corpusBytes : 0, shared },
    resourceLimits: { maxOldGenerationSizeMb: 1024 },
  });
  return new Promise((resolve, reject) => {
    const findings = [];
    let result;
    const finding = (one) => {
      findings.push(one);
      writeFinding(name, one);
    };
    const currentInput = () => Uint8Array.from(new Uint8Array(shared, 8, Math.min(largestInput, progress[1])));
    let [last, since] = [0, performance.now()];
    const watch = setInterval(() => {
      const count = Atomics.load(progress, 0);
      if (count !== last) [last, since] = [count, performance.now()];
      if (count === 0 || performance.now() - since < hangSeconds * 1000) return;
      finding({ bytes: currentInput(), text: `Error: no answer within ${hangSeconds} s` });
      void worker.terminate();
    }, 500);
    worker.on('message', (message) => {
      if (message.finding) finding(message.finding);
      else {
        result = message.result;
        if (message.kept) writeCorpus(name, message.kept);
      }
    });
    worker.on('error', (error) => {
      // Before the first input it is the target itself that is broken.
      if (progress[0] === 0) reject(error);
      else finding({ bytes: currentInput(), text: String(error.stack ?? error) });
    });
    worker.on('exit', () => {
      clearInterval(watch);
      // Nothing is left to wait for, and still it waits.
      if (result === undefined && findings.length === 0) {
        finding({ bytes: currentInput(), text: 'Error: an answer that can never come' });
      }
      resolve({ name, findings: findings.length, executions: progress[0], ...result });
    });
  });
}

function table(rows) {
  const columns = ['target', 'executions', 'per second', 'corpus', 'blocks covered', 'findings'];
  const lines = rows.map((row) => [
    row.name,
    row.executions.toLocaleString('en'),
    row.seconds === undefined ? '-' : Math.round(row.executions / row.seconds).toLocaleString('en'),
    String(row.corpus ?? '-'),
    row.blocks === undefined ? '-' : `${row.covered} of ${row.blocks}`,
    String(row.findings),
  ]);
  const widths = columns.map((title, i) => Math.max(title.length, ...lines.map((line) => line[i].length)));
  const show = (cells) =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ');
  return [columns, ...lines].map(show).join('\n');
}

function wholeNumber(text, name) {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new ScriptError(`--${name}: '${text}' is not a whole number`);
  return value;
}

/** Some targets at a time, in order of names. */
export async function fuzz(names, options, jobs = 1) {
  const waiting = [...names];
  const rows = [];
  const workOff = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift())
      rows.push(await fuzzTarget(name, options));
  };
  await Promise.all(Array.from({ length: jobs }, workOff));
  rows.sort((a, b) => (a.name < b.name ? -1 : 1));
  console.log(table(rows));
  return rows;
}

async function main() {
  const text = { type: 'string' };
  const { values } = parseArgs({
    options: {
      target: { ...text, multiple: true },
      seconds: text,
      executions: text,
      seed: text,
      jobs: text,
      replay: text,
      minimise: { type: 'boolean' },
    },
  });
  const names = values.target ?? targetNames;
  const unknown = names.find((name) => !targetNames.includes(name));
  if (unknown) throw new ScriptError(`there is no target '${unknown}'; there are ${targetNames.join(', ')}`);
  if (values.replay && names.length !== 1) throw new ScriptError('--replay needs the --target whose finding it is');
  const seed = wholeNumber(values.seed ?? String(Date.now()), 'seed');
  const executions = wholeNumber(values.executions ?? '0', 'executions');
  const seconds = wholeNumber(values.seconds ?? '10', 'seconds');
  const jobs = Math.max(1, wholeNumber(values.jobs ?? '1', 'jobs'));
  await build();
  console.log(`seed ${seed}`);
  const rows = await fuzz(names, { seed, seconds, executions, replay: values.replay, minimise: values.minimise }, jobs);
  const findings = rows.reduce((sum, row) => sum + row.findings, 0);
  if (findings > 0) console.log(`${findings} findings, in ${relative(root, findingsFolder)}`);
  return findings > 0 ? 1 : 0;
}

if (isMain(import.meta.url)) await runScript(main);
