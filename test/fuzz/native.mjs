// npm run fuzz:native: calls the native kernels with whatever JavaScript can pass, in processes that a crash would end.
// Each call has to give a number or throw an Error. --seconds and --processes say how long; --seed N repeats one, and
// --trace tells its calls, of which the last one is to blame for a crash.
// crates/edge/tests/hostile.rs does the same to the kernels' door, under AddressSanitizer by npm run test:asan.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { nativeFiles } from '../../scripts/build-native.mjs';
import { isMain, runScript, ScriptError } from '../../scripts/process.mjs';

const bytes = 65_536;
const stride = 2 ** 48;
/** Of sizes that fit each other now and then. */
const sizes = [0, 1, 1, 2, 2, 3, 4, 4, 4, 8, 8, 12, 16, 33];
const odd = [
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, -1, 0.5, 1e-310, 1e300, 1e6, 65_537],
  ...[2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 48, 2 ** 49, 2 ** 53 - 1, 2 ** 53, 2 ** 64, -(2 ** 31) - 1],
];
const noNumbers = [undefined, null, '', '64', true, 7n, {}, [], () => {}, Symbol('s'), new ArrayBuffer(8), new Date()];

/** mulberry32 */
function randomOf(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end) => Math.floor(next() * end);
  return { next, below, of: (list) => list[below(list.length)] };
}

/** One process: calls until the time is over; gives the number of calls. */
function attack(file, seed, seconds, trace) {
  const addon = createRequire(import.meta.url)(file);
  const random = randomOf(seed);
  let [instance, buffers, objects] = [];
  const begin = () => {
    instance = addon.open(1 + random.below(3));
    buffers = [];
    objects = {};
  };
  const address = () =>
    random.below(4) * stride + 64 * (1 + random.below(bytes / 64)) - random.of([0, 0, 0, 0, 1, 2, 4]);
  const value = () => {
    const kind = random.below(40);
    if (kind === 0) return random.of(noNumbers);
    if (kind < 4) return random.of(odd);
    if (kind < 6) return random.next() * 2 ** random.below(60);
    return kind < 24 ? random.of(sizes) : address();
  };
  const deeds = {
    hold: () => {
      const buffer = random.of([
        () => new ArrayBuffer(random.of([0, 1, 64, 65, 128, bytes, bytes])),
        () => new SharedArrayBuffer(256),
        () => new Uint8Array(256),
        () => random.of(buffers),
        () => random.of(noNumbers),
      ])();
      if (buffer instanceof ArrayBuffer) buffers.push(buffer);
      return [buffer];
    },
    drop: () => [random.below(3) === 0 ? random.of([0, 1, 2, 3]) * stride + 64 : value()],
    close: () => (random.below(40) === 0 ? [] : null),
  };
  let calls = 0;
  begin();
  for (const end = Date.now() + seconds * 1000; Date.now() < end; calls++) {
    if (calls % 2000 === 0) begin();
    // JavaScript can give away what an instance holds.
    if (random.below(100) === 0 && buffers.length > 0) {
      const buffer = random.of(buffers);
      if (!buffer.detached && buffer.byteLength > 0) structuredClone(buffer, { transfer: [buffer] });
    }
    const name = random.of(Object.keys(instance));
    const count = random.below(4) === 0 ? random.below(22) : undefined;
    const args = deeds[name]?.() ?? Array.from({ length: count ?? argumentsOf(instance, name) }, value);
    if (args === null) continue;
    const [family, method] = name.split('_');
    if (method !== undefined && method !== 'new' && objects[family] !== undefined && random.below(8) > 0) {
      args[0] = random.of(objects[family]);
    }
    if (trace) console.error(calls, name, args);
    let outcome;
    try {
      outcome = instance[name](...args);
    } catch (error) {
      if (!(error instanceof Error) || error.message === '') throw new Error(`${name} threw ${String(error)}`);
      continue;
    }
    if (typeof outcome !== 'number') throw new Error(`${name} gave ${String(outcome)}`);
    if (method === 'new') objects[family] = [outcome, ...(objects[family] ?? [])].slice(0, 20);
  }
  return calls;
}

const counted = new Map();

/** How many arguments a function takes, as its refusal says. */
function argumentsOf(instance, name) {
  if (!counted.has(name)) {
    let text = '';
    try {
      instance[name](...Array(20).fill(0));
    } catch (error) {
      text = error.message;
    }
    counted.set(name, Number(/takes (\d+) numbers/.exec(text)?.[1] ?? 1));
  }
  return counted.get(name);
}

/** Some processes, one after the other, on the levels in turn. @throws ScriptError that says how to repeat a crash */
export function fuzzNative({ seconds, processes, seed, trace = false }) {
  const files = nativeFiles();
  let calls = 0;
  for (let process_ = 0; process_ < processes; process_++) {
    const own = seed + process_;
    const file = files[own % files.length];
    const args = [fileURLToPath(import.meta.url), '--child', file, '--seed', String(own), '--seconds', String(seconds)];
    const options = {
      encoding: 'utf8',
      timeout: (seconds + 120) * 1000,
      stdio: ['ignore', 'pipe', trace ? 'inherit' : 'pipe'],
    };
    const { status, signal, stdout, stderr } = spawnSync(
      process.execPath,
      trace ? [...args, '--trace'] : args,
      options,
    );
    if (status !== 0) {
      const how = signal === null ? `exit code ${status}` : signal;
      throw new ScriptError(
        `The process with seed ${own} ended with ${how}.\n${stderr ?? ''}\nAgain: npm run fuzz:native -- --processes 1 --seed ${own} --trace`,
      );
    }
    calls += Number(stdout);
  }
  console.log(
    `${calls.toLocaleString('en')} calls in ${processes} processes from seed ${seed}: numbers or errors, no crash`,
  );
}

if (isMain(import.meta.url)) {
  await runScript(() => {
    const { values } = parseArgs({
      options: {
        seconds: { type: 'string', default: '10' },
        processes: { type: 'string', default: '6' },
        seed: { type: 'string', default: String(Math.floor(Date.now() / 1000)) },
        trace: { type: 'boolean', default: false },
        child: { type: 'string' },
      },
    });
    const [seconds, processes, seed] = [Number(values.seconds), Number(values.processes), Number(values.seed)];
    if (values.child === undefined) fuzzNative({ seconds, processes, seed, trace: values.trace });
    else console.log(attack(values.child, seed, seconds, values.trace));
  });
}
