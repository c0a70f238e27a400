/**
 * Times every kernel over the shapes of the networks: WebAssembly on one thread and on several, and native code.
 * `npm run bench:kernels -- --models resnet20 --kernel 'input gradient'`
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { buildModel, type ModelName, modelNames } from 'kestirme';
import { callsFor, type Rates } from './kernels.js';
import { type KernelCall, Memory } from './machine.js';
import { type Times, timeNative } from './native.js';
import { type Shape, shapesOf } from './shapes.js';
import { WebAssemblyMachine } from './webAssembly.js';

/** Batches of the benchmark against other libraries. */
const usualBatch: Partial<Record<ModelName, number>> = { resnet18: 16, resnet19: 8, resnet20: 32, resnet34: 8 };

const { values } = parseArgs({
  options: {
    models: { type: 'string', default: Object.keys(usualBatch).join(',') },
    /** Images at a time; the models' usual ones when it is not given. */
    batch: { type: 'string' },
    T: { type: 'string', default: '2' },
    threads: { type: 'string', default: '2' },
    firing: { type: 'string', default: '0.3' },
    active: { type: 'string', default: '0.35' },
    /** For each kernel. */
    seconds: { type: 'string', default: '0.2' },
    /** Only kernels whose name holds this. */
    kernel: { type: 'string', default: '' },
    /** The built crates/bench. */
    native: { type: 'string' },
    json: { type: 'string' },
  },
});

function positive(name: 'batch' | 'T' | 'threads' | 'firing' | 'active' | 'seconds', text = values[name]): number {
  const value = Number(text);
  if (!(value > 0)) throw new RangeError(`--${name} must be a number above 0, got ${text}`);
  return value;
}

interface Row extends Omit<KernelCall, 'name' | 'args'> {
  model: string;
  single: Times;
  /** Null with one thread. */
  threaded: Times | null;
  /** On one thread. Null when there is no native program, or no such kernel in it. */
  native: Times | null;
}

const rates: Rates = { firing: positive('firing'), active: positive('active') };
const [timeSteps, threads, seconds] = [positive('T'), positive('threads'), positive('seconds')];
const machines = [await WebAssemblyMachine.open(1)];
if (threads > 1) machines.push(await WebAssemblyMachine.open(threads));
const rows: Row[] = [];
for (const name of values.models.split(',')) {
  const model = modelNames.find((one) => one === name);
  if (model === undefined) throw new RangeError(`--models: '${name}' is not one of ${modelNames.join(', ')}`);
  rows.push(...(await timeModel(model, values.batch === undefined ? (usualBatch[model] ?? 32) : positive('batch'))));
}
for (const machine of machines) await machine.close();
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);

async function timeModel(model: ModelName, batch: number): Promise<Row[]> {
  const shapes = shapesOf(buildModel(model, { timeSteps }), batch);
  const { native } = values;
  const times = native === undefined ? [] : timeNative(native, shapes, { timeSteps, rates, threads: 1, seconds });
  console.log(`\n${model}, T ${timeSteps}, batch ${batch}; firing ${rates.firing}, active ${rates.active}`);
  console.log(header());
  const found: Row[] = [];
  for (const [i, shape] of shapes.entries()) {
    for (const row of await timeShape(model, shape, times[i] ?? new Map())) {
      console.log(inColumns(row));
      found.push(row);
    }
  }
  return found;
}

async function timeShape(model: string, shape: Shape, native: Map<string, Times>): Promise<Row[]> {
  const measured: { call: KernelCall; times: Times }[][] = [];
  for (const machine of machines) {
    const memory = new Memory(machine);
    const calls = (await callsFor(shape, timeSteps, rates, memory)).filter(({ kernel }) =>
      kernel.includes(values.kernel),
    );
    measured.push(calls.map((call) => ({ call, times: time(machine.bind(call.name, call.args)) })));
    await memory.release();
  }
  const [single = [], threaded = []] = measured;
  return single.map(({ call: { name: _, args: __, ...call }, times }, i) => {
    return {
      model,
      ...call,
      single: times,
      threaded: threaded[i]?.times ?? null,
      native: native.get(call.kernel) ?? null,
    };
  });
}

/** After calls that are not counted, while the compiler of WebAssembly may still be at work. */
function time(call: () => unknown): Times {
  const times: number[] = [];
  const end = performance.now() + 1000 * seconds;
  for (let i = 0; i < 3; i++) call();
  while (times.length < 3 || performance.now() < end) {
    const begin = performance.now();
    call();
    times.push(performance.now() - begin);
  }
  times.sort((a, b) => a - b);
  return { shortest: times[0] as number, median: times[times.length >> 1] as number };
}

function header(): string {
  const group = (title: string) => `${title} ms (median)   GMAC/s  Gadd/s`;
  const groups = [group('one thread'), ...(threads > 1 ? [group(`${threads} threads`)] : []), group('native')];
  return `${'kernel'.padEnd(30)}${'shape'.padEnd(44)}calls  ${groups.map((text) => text.padStart(42)).join('')}`;
}

function inColumns({ kernel, shape, count, macs, additions, single, threaded, native }: Row): string {
  const rate = (amount: number, ms: number) => (amount === 0 ? '' : (amount / ms / 1e6).toFixed(1));
  const group = (times: Times | null) => {
    if (times === null) return ''.padStart(42);
    const { shortest, median } = times;
    const both = `${shortest.toFixed(3)} (${median.toFixed(3)})`;
    return both.padStart(26) + rate(macs, shortest).padStart(8) + rate(additions, shortest).padStart(8);
  };
  const groups = [single, ...(threads > 1 ? [threaded] : []), native].map(group);
  return `${kernel.padEnd(30)}${shape.padEnd(44)}${`x${count}`.padStart(5)}  ${groups.join('')}`;
}
