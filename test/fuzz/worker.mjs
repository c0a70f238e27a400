// Fuzzes one target in a thread of its own, which main.mjs can end when an input hangs or eats the memory.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { Coverage } from './coverage.mjs';
import { Fuzzer } from './fuzzer.mjs';
import { corpusFolder, isHash, packageFile } from './places.mjs';
import { Random } from './random.mjs';

const { name, seed, seconds, executions, replay, minimise, shared } = workerData;
const mostFindings = 10;

/** For the thread that watches: how many inputs have begun, how long the present one is, and its bytes. */
const progress = new Int32Array(shared, 0, 2);
const current = new Uint8Array(shared, 8);

// Most inputs end in an error, and most of an error's time goes into its trace.
Error.stackTraceLimit = 5;

const coverage = new Coverage();
const { target, instruments, replaced } = await import(`./targets/${name}.mjs`);
coverage.register(
  instruments.map((file) => pathToFileURL(packageFile(file)).href),
  replaced,
);
const ready = await target();

const found = new Map();
const fuzzer = new Fuzzer({
  target: ready,
  coverage,
  random: new Random(seed),
  onStart(count, bytes) {
    current.set(bytes.subarray(0, current.length));
    Atomics.store(progress, 1, bytes.length);
    Atomics.store(progress, 0, count);
  },
  onFinding(bytes, error) {
    const place = /\n\s+at (.*)/.exec(error?.stack ?? '')?.[1] ?? '';
    const kind = `${error?.name}: ${String(error?.message).replace(/\d+/g, 'N').slice(0, 60)} ${place}`;
    if (found.has(kind)) return;
    found.set(kind, bytes);
    parentPort.postMessage({ finding: { bytes: Uint8Array.from(bytes), text: String(error?.stack ?? error) } });
  },
});

function inputs() {
  if (replay !== undefined) return { all: [readFileSync(replay)], named: [] };
  const folder = corpusFolder(name);
  const files = readdirSync(folder).sort();
  const read = (file) => readFileSync(join(folder, file));
  return { all: files.map(read), named: files.filter((file) => !isHash(file)).map(read) };
}

const began = performance.now();
const elapsed = () => (performance.now() - began) / 1000;
const isOver = (count) =>
  replay !== undefined || found.size >= mostFindings || (executions > 0 ? count >= executions : elapsed() >= seconds);
const { all, named } = inputs();
await fuzzer.run(all, isOver);
const result = {
  executions: fuzzer.executions,
  seconds: elapsed(),
  corpus: fuzzer.corpus.length,
  covered: coverage.covered,
  blocks: coverage.blocks,
};
// Buffers would take the whole pool that they lie in along.
const kept = minimise ? (await fuzzer.minimise(named, minimise)).map((bytes) => Uint8Array.from(bytes)) : undefined;
await ready.close?.();
parentPort.postMessage({ result, kept });
