/**
 * Counts the instructions of a training step's kernels: `operations.js OPCOUNT FILE.wasm` prints JSON.
 * ResNet-20 as a whole, and the convolutions and neurons of ResNet-18's stages, at fixed firing rates.
 */
import { buildModel, type NetworkSpec } from 'kestirme';
import { Interpreter } from './interpreter.js';
import { callsFor } from './kernels.js';
import { type KernelCall, Memory } from './machine.js';
import { restOfStep } from './rest.js';
import { shapesOf } from './shapes.js';

export interface CountedKernel {
  network: string;
  kernel: string;
  shape: string;
  /** Calls in a step. */
  count: number;
  /** Of one call. */
  instructions: number;
}

/** About those of ResNet-20 and of ResNet-18's later stages after an epoch on CIFAR-10. */
const rates = { firing: 0.3, active: 0.35 };
const resnet20 = buildModel('resnet20', { timeSteps: 2, heads: 'stages' });
const resnet18 = buildModel('resnet18', { timeSteps: 2, heads: 'stages' });

const [program, wasmFile] = process.argv.slice(2);
if (program === undefined || wasmFile === undefined) throw new Error('usage: operations.js OPCOUNT FILE.wasm');
const interpreter = new Interpreter(program, wasmFile);
const counted = [...(await countStep(resnet20, 2, true)), ...(await countStep(resnet18, 1, false))];
interpreter.close();
console.log(JSON.stringify(counted));

async function countStep(network: NetworkSpec, batch: number, whole: boolean): Promise<CountedKernel[]> {
  const results: CountedKernel[] = [];
  const name = `${network.name} T${network.timeSteps} B${batch}`;
  const count = async (make: (memory: Memory) => Promise<KernelCall[]>) => {
    const memory = new Memory(interpreter);
    for (const call of await make(memory)) {
      const { kernel, shape, count: calls } = call;
      const instructions = await interpreter.count(call.name, call.args);
      results.push({ network: name, kernel, shape, count: calls, instructions });
    }
    await memory.release();
  };
  for (const shape of shapesOf(network, batch)) {
    await count((memory) => callsFor(shape, network.timeSteps, rates, memory));
  }
  if (whole) await count((memory) => restOfStep(network, batch, rates.firing, memory));
  return results;
}
