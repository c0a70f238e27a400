// npm run crash-test -- --kills 200 --seed 0: kills a training process at random moments, goes on with --resume, and compares
// what the run ends with to a run that nobody disturbed. Half of the kills aim at moments at which a file is written.
// --backend native, or wasm: on these kernels; --backend wasm,native: each process on one of them, drawn at random.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isMain, root, runScript, ScriptError } from './process.mjs';

const program = join(root, 'packages', 'cli', 'bin', 'kestirme.mjs');
const newest = 'checkpoint.safetensors';
const previous = 'checkpoint.previous.safetensors';

/** A run takes seconds, a minute on a machine that is busy with other things. */
const patienceSeconds = 600;

/** Small, with everything that has a position: augmentation, drawn spikes, Adam's count, lambda by iteration. */
const training = [
  ...['--limit', '120,40', '--batch', '10', '--width', '0.5', '--T', '1', '--epochs', '3', '--encode', 'rate'],
  ...['--optimizer', 'adam', '--lr', '0.01', '--lambda', 'evo-rise,linear,iteration', '--checkpoint-every', '1step'],
];

/** Uniform in [0, 1), the same sequence for the same seed (mulberry32). */
function randomNumbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Runs the program on `dir`. `arm` gets a function that kills it and says when to; nothing it does matters once the process
 * has ended. Resolves with the exit code (null when killed) and what stood on standard error.
 */
function train(dir, { threads, loaders, backend }, arm = () => () => {}) {
  const resume = existsSync(join(dir, 'config.json'));
  const machine = ['--threads', `${threads}`, '--loader-workers', `${loaders}`, '--backend', backend];
  const args = [program, 'train', '--out', dir, ...machine, ...(resume ? ['--resume'] : training)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  const disarm = arm(() => child.kill('SIGKILL'));
  return new Promise((resolve, reject) => {
    const guard = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new ScriptError(`a run did not end in ${patienceSeconds} s:\n${text}`));
    }, 1000 * patienceSeconds);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(guard);
      disarm();
      resolve({ code, text, resume });
    });
  });
}

/** Kills after a time that is uniform over the length of a whole run. */
function atAnyMoment(seconds, random) {
  const delay = 1000 * seconds * random();
  return (kill) => {
    const timer = setTimeout(kill, delay);
    return () => clearTimeout(timer);
  };
}

/** Kills when a temporary file appears, not the first one always, at once or a moment later. */
function whileWriting(dir, random) {
  let left = 1 + Math.floor(random() * 8);
  const delay = random() < 0.5 ? 0 : 4 * random();
  return (kill) => {
    const watcher = watch(dir, (_, name) => {
      if (!name?.endsWith('.tmp') || !existsSync(join(dir, name)) || --left > 0) return;
      if (delay === 0) kill();
      else setTimeout(kill, delay);
    });
    return () => watcher.close();
  };
}

/** Where the good checkpoint stands that a run would go on from; null when there is none. */
async function standing(dir) {
  const { decodeCheckpoint } = await import('../packages/core/dist/index.js');
  for (const name of [newest, previous]) {
    const file = join(dir, name);
    const found = existsSync(file) ? await decodeCheckpoint(readFileSync(file), file).catch(() => null) : null;
    if (found !== null) return found.position;
  }
  return null;
}

const before = (a, b) => a.epoch < b.epoch || (a.epoch === b.epoch && a.iteration < b.iteration);
const start = { epoch: 0, iteration: 0 };

/** Where a resumed run says that it goes on; undefined when it died before. */
function resumedAt(text) {
  if (text.includes('no checkpoint yet')) return start;
  const [, epoch, iteration] = /going on after (\d+) epochs?(?: and (\d+) steps?)?, of/.exec(text) ?? [];
  return epoch === undefined ? undefined : { epoch: Number(epoch), iteration: Number(iteration ?? 0) };
}

/** All that must be the same in the end, as text; times are each run's own. */
function outcome(dir) {
  const { weightsSha256, testAccuracy } = JSON.parse(readFileSync(join(dir, 'result.json'), 'utf8'));
  const lines = readFileSync(join(dir, 'metrics.jsonl'), 'utf8').trimEnd().split('\n');
  const metrics = lines.map((line) => ({ ...JSON.parse(line), seconds: 0, imagesPerSecond: 0, waitShare: 0 }));
  // Weights, running statistics and optimiser state, behind the header.
  const checkpoint = readFileSync(join(dir, newest));
  const tensors = checkpoint.subarray(8 + Number(checkpoint.readBigUInt64LE(0))).toString('base64');
  return JSON.stringify({ weightsSha256, testAccuracy, metrics, tensors });
}

/** Trains in `dir` until the run ends, killing it up to `kills` times. Counts into `totals`. */
async function trainUnderFire(dir, { kills, reference, seconds, random, backends, totals }) {
  let safe = start;
  const machine = () => ({
    threads: 1 + Math.floor(random() * 4),
    loaders: Math.floor(random() * 3),
    backend: backends[Math.floor(random() * backends.length)],
  });
  const lost = (what, text) => totals.losses.push(`${what}\n  ${text.trim().replaceAll('\n', '\n  ')}`);
  for (let killed = 0; ; ) {
    const arm =
      killed === kills ? undefined : random() < 0.5 ? atAnyMoment(seconds, random) : whileWriting(dir, random);
    const { code, text, resume } = await train(dir, machine(), arm);
    if (resume) totals.resumes++;
    const began = resume ? resumedAt(text) : undefined;
    if (began !== undefined && (before(began, safe) || before(safe, began))) {
      lost(`went on after ${JSON.stringify(began)}, though a checkpoint stood at ${JSON.stringify(safe)}`, text);
    }
    if (code === 0) {
      const left = readdirSync(dir).filter((name) => name.endsWith('.tmp'));
      if (left.length > 0) lost(`left behind: ${left.join(', ')}`, text);
      if (outcome(dir) === reference) totals.runs++;
      else lost('ended with other weights, optimiser state or metrics', text);
      return;
    }
    if (code !== null) {
      lost(`ended with exit code ${code}`, text);
      return;
    }
    killed++;
    totals.kills++;
    for (const name of readdirSync(dir)) if (name.endsWith('.tmp')) totals.writes.push(name.slice(0, -'.tmp'.length));
    if (existsSync(join(dir, previous)) && !existsSync(join(dir, newest))) totals.between++;
    const now = (await standing(dir)) ?? start;
    if (before(now, safe)) lost(`no good checkpoint at ${JSON.stringify(safe)} any more`, text);
    safe = now;
  }
}

/**
 * Kills `kills` times; gives what was counted, `losses` in words. Each process takes one of `backends`, that of the
 * undisturbed run the first. `tell` hears how far it is.
 */
export async function crashTest({ kills, seed, backends = ['auto'], tell = () => {} }) {
  const folder = mkdtempSync(join(tmpdir(), 'kestirme-crash-'));
  const totals = { kills: 0, resumes: 0, runs: 0, writes: [], between: 0, losses: [] };
  try {
    const random = randomNumbers(seed);
    const undisturbed = join(folder, 'undisturbed');
    const began = performance.now();
    const { code, text } = await train(undisturbed, { threads: 2, loaders: 1, backend: backends[0] });
    if (code !== 0) throw new ScriptError(`the run that nobody disturbs failed:\n${text}`);
    const seconds = (performance.now() - began) / 1000;
    const reference = outcome(undisturbed);
    while (totals.kills < kills && totals.losses.length === 0) {
      const dir = join(folder, `run-${totals.runs}`);
      mkdirSync(dir);
      await trainUnderFire(dir, { kills: kills - totals.kills, reference, seconds, random, backends, totals });
      if (totals.losses.length === 0) rmSync(dir, { recursive: true });
      tell(`${totals.kills} of ${kills} kills, ${totals.runs} runs finished`);
    }
    return totals;
  } finally {
    // What was lost may be looked at.
    if (totals.losses.length === 0) rmSync(folder, { recursive: true, force: true });
  }
}

export function crashReport({ kills, resumes, runs, writes, between, losses }) {
  const files = [...new Set(writes)].map((name) => `${writes.filter((one) => one === name).length} of ${name}`);
  return [
    ...losses.map((loss) => `lost: ${loss}`),
    `${kills} kills, of which ${writes.length} while a file was being written (${files.join(', ') || 'none'}) ` +
      `and ${between} between a checkpoint's two renames`,
    `${resumes} resumes, ${runs} runs finished with the undisturbed run's weights, optimiser state and metrics`,
    `${losses.length} losses`,
  ].join('\n');
}

if (isMain(import.meta.url)) {
  await runScript(async () => {
    const text = (fallback) => ({ type: 'string', default: fallback });
    const { values } = parseArgs({ options: { kills: text('200'), seed: text('0'), backend: text('auto') } });
    const [kills, seed] = [values.kills, values.seed].map(Number);
    if (![kills, seed].every((count) => Number.isSafeInteger(count) && count >= 0)) {
      throw new ScriptError('usage: npm run crash-test -- [--kills N] [--seed S] [--backend NAME[,NAME]]');
    }
    const backends = values.backend.split(',');
    const totals = await crashTest({ kills, seed, backends, tell: (news) => console.log(news) });
    console.log(crashReport(totals));
    return totals.losses.length > 0 ? 1 : 0;
  });
}
