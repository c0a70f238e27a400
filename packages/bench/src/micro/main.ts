/**
 * Times every kernel over the shapes of the networks, on one thread: WebAssembly, and native code of each level of
 * vector instructions, each beside its roof; and WebAssembly on several threads.
 * `npm run bench:kernels -- --models resnet20 --kernel 'input gradient'`
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { buildModel, type ModelName, modelNames } from 'kestirme';
import { callsFor, type Rates } from './kernels.js';
import { type KernelCall, Memory } from './machine.js';
import { roofOf, type Times, timeNative } from './native.js';
import { leastTime, type Roof } from './roof.js';
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
    /** LEVEL=PROGRAM, the built crates/bench; the lowest level, whose vectors are WebAssembly's, first. */
    native: { type: 'string', multiple: true, default: [] },
    json: { type: 'string' },
  },
});

function positive(name: 'batch' | 'T' | 'threads' | 'firing' | 'active' | 'seconds', text = values[name]): number {
  const value = Number(text);
  if (!(value > 0)) throw new RangeError(`--${name} must be a number above 0, got ${text}`);
  return value;
}

/** What runs the kernels; null: without a roof, as several threads share caches and memory. */
interface Column {
  title: string;
  roof: Roof | null;
}

interface Row extends Omit<KernelCall, 'name' | 'args'> {
  model: string;
  /** By column; null where it has no such kernel. */
  times: (Times | null)[];
}

const [nameWidth, shapeWidth] = [30, 44];
const rates: Rates = { firing: positive('firing'), active: positive('active') };
const [timeSteps, threads, seconds] = [positive('T'), positive('threads'), positive('seconds')];
const machines = [await WebAssemblyMachine.open(1)];
if (threads > 1) machines.push(await WebAssemblyMachine.open(threads));
const levels = values.native.map((text) => {
  const [title = '', program = ''] = text.split('=');
  return { title, program, roof: roofOf(program, seconds) };
});
// WebAssembly's vectors are those of the lowest level, of 128 bits.
const columns: Column[] = [
  { title: 'WebAssembly', roof: levels[0]?.roof ?? null },
  ...(threads > 1 ? [{ title: `${threads} threads`, roof: null }] : []),
  ...levels,
];
for (const { title, roof } of levels) console.log(roofInWords(title, roof));
const rows: Row[] = [];
for (const name of values.models.split(',')) {
  const model = modelNames.find((one) => one === name);
  if (model === undefined) throw new RangeError(`--models: '${name}' is not one of ${modelNames.join(', ')}`);
  rows.push(...timeModel(model, await callsOf(model)));
}
for (const machine of machines) await machine.close();
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ columns, rows }, null, 2)}\n`);

function roofInWords(title: string, { gigaSums, gigaProducts, reads }: Roof): string {
  const read = reads.map(({ name, gigabytes }) => `${gigabytes.toFixed(0)} GB/s from ${name}`);
  return `${title}, one core: ${gigaSums.toFixed(1)} G additions/s, ${gigaProducts.toFixed(1)} GMAC/s, ${read.join(', ')}`;
}

interface Timed {
  call: KernelCall;
  times: Times;
}

/** By shape; the calls of each with their times on each WebAssembly machine. */
async function callsOf(model: ModelName): Promise<{ batch: number; shapes: Shape[]; timed: Timed[][][] }> {
  const batch = values.batch === undefined ? (usualBatch[model] ?? 32) : positive('batch');
  const shapes = shapesOf(buildModel(model, { timeSteps }), batch);
  const timed: Timed[][][] = [];
  for (const shape of shapes) {
    const ofShape: Timed[][] = [];
    for (const machine of machines) {
      const memory = new Memory(machine);
      const calls = await callsFor(shape, timeSteps, rates, memory);
      const some = calls.filter(({ kernel }) => kernel.includes(values.kernel));
      ofShape.push(some.map((call) => ({ call, times: time(machine.bind(call.name, call.args)) })));
      await memory.release();
    }
    timed.push(ofShape);
  }
  return { batch, shapes, timed };
}

function timeModel(model: ModelName, { batch, shapes, timed }: Awaited<ReturnType<typeof callsOf>>): Row[] {
  const native = levels.map(({ program }) => timeNative(program, shapes, { timeSteps, rates, seconds }));
  console.log(`\n${model}, T ${timeSteps}, batch ${batch}; firing ${rates.firing}, active ${rates.active}`);
  console.log(header());
  return timed.flatMap(([first = [], ...others], at) =>
    first.map(({ call: { name: _, args: __, ...call }, times }, i) => {
      const again = others.map((machine) => machine[i]?.times ?? null);
      const row: Row = {
        model,
        ...call,
        times: [times, ...again, ...native.map((all) => all[at]?.get(call.kernel) ?? null)],
      };
      console.log(inColumns(row));
      return row;
    }),
  );
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
  const groups = columns.map(({ title }) => `${title}: ms  GMAC/s   roof`.padStart(30));
  return `${'kernel'.padEnd(nameWidth)}${'shape'.padEnd(shapeWidth)}calls${groups.join('')}  bound by`;
}

/** The shortest time, the rate as if every number were dense, and the roof's least time over it. */
function inColumns({ kernel, shape, count, macs, need, times }: Row): string {
  const groups = columns.map(({ roof }, i) => {
    const { shortest } = times[i] ?? { shortest: null };
    if (shortest === null) return ''.padStart(30);
    const rate = macs === 0 ? '' : (macs / shortest / 1e6).toFixed(1);
    const least = roof === null ? 0 : leastTime(need, roof).milliseconds;
    const share = least === 0 ? '' : `${((100 * least) / shortest).toFixed(0)} %`;
    return shortest.toFixed(3).padStart(15) + rate.padStart(8) + share.padStart(7);
  });
  const bounds = levels.map(({ roof }) => leastTime(need, roof).bound);
  const cells = `${kernel.padEnd(nameWidth)}${shape.padEnd(shapeWidth)}${`x${count}`.padStart(5)}`;
  return `${cells}${groups.join('')}  ${[...new Set(bounds)].join(', ')}`;
}
