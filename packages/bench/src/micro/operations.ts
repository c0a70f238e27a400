/**
 * Counts the instructions of a step's kernels: `operations.js OPCOUNT FILE.wasm` prints JSON.
 * A training step of ResNet-20 and one of ResNet-18, with their first weights, on images of random pixels, and an inference
 * of one image.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildModel, type NetworkSpec } from 'kestirme';
import { Interpreter } from './interpreter.js';
import { recordStep } from './recordStep.js';

export interface CountedKernel {
  network: string;
  kernel: string;
  /** Whose kernel it is. */
  layer: string;
  /** Of all its calls in a step. */
  instructions: number;
}

const [program, wasmFile] = process.argv.slice(2);
if (program === undefined || wasmFile === undefined) throw new Error('usage: operations.js OPCOUNT FILE.wasm');
const folder = mkdtempSync(join(tmpdir(), 'kestirme-operations-'));
try {
  const resnet20 = buildModel('resnet20', { timeSteps: 2, heads: 'stages' });
  const resnet18 = buildModel('resnet18', { timeSteps: 2, heads: 'stages' });
  const counted = [
    ...(await countStep(resnet20, 2)),
    ...(await countStep(resnet18, 1)),
    ...(await countStep(resnet20, 1, { inference: true })),
  ];
  console.log(JSON.stringify(counted));
} finally {
  rmSync(folder, { recursive: true });
}

async function countStep(network: NetworkSpec, batch: number, { inference = false } = {}): Promise<CountedKernel[]> {
  const { memory, calls } = await recordStep(network, batch, { inference });
  const file = join(folder, 'memory');
  writeFileSync(file, memory);
  const interpreter = new Interpreter(program as string, wasmFile as string);
  const results = new Map<string, CountedKernel>();
  const name = `${network.name} T${network.timeSteps} B${batch}${inference ? ' inference' : ''}`;
  await interpreter.load(file);
  for (const { layer, kernel, name: symbol, args } of calls) {
    const counted = { network: name, kernel, layer, instructions: 0, ...results.get(`${kernel} ${layer}`) };
    counted.instructions += await interpreter.count(symbol, args);
    results.set(`${kernel} ${layer}`, counted);
  }
  interpreter.close();
  return [...results.values()];
}
