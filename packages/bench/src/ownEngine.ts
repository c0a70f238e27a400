/** An engine with the network of our side, as `ours.ts` times it and `profile.ts` takes it apart. */
import { readFileSync } from 'node:fs';
import {
  type Batch,
  buildModel,
  createEngine,
  decodeSafetensors,
  defaultLambda,
  defaultTrainingOptions,
  type Engine,
  type State,
  type StepPosition,
} from 'kestirme';
import type { Measured, OwnOptions, Work } from './work.js';

export interface OwnEngine {
  engine: Engine;
  /** Resident size before the network was loaded. */
  idleMemoryBytes: number;
}

export async function openOwnEngine(work: Work & OwnOptions): Promise<OwnEngine> {
  const { model, width, timeSteps, batch, threads, heads, threshold } = work;
  const engine = await createEngine({ threads });
  const inference = infersOnly(work);
  const idleMemoryBytes = process.memoryUsage.rss();
  const network = buildModel(model, { width, timeSteps, heads, neuron: { threshold } });
  const training = defaultTrainingOptions({
    epochs: 1000,
    batchSize: batch,
    microBatch: batch,
    lambda: defaultLambda(heads === 'none' ? 'vanilla' : 'evo-rise'),
  });
  await engine.load({ network, training, mean: [0.4914, 0.4822, 0.4465], std: [0.2023, 0.1994, 0.201], inference });
  if (work.weights !== undefined) await engine.writeState(readWeights(work.weights));
  return { engine, idleMemoryBytes };
}

/** What the engine took of what the environment (KESTIRME_BACKEND, KESTIRME_SIMD) asks for. */
export function chosenOf(engine: Engine): Pick<Measured, 'backend' | 'simd'> {
  const { backend, simd } = engine as Engine & Pick<Measured, 'backend' | 'simd'>;
  return { backend, simd };
}

/** Whether all steps are of inference: the engine then has nothing of a training. */
const infersOnly = ({ mode, pretrain }: Work) => mode === 'infer' && pretrain === 0;

/** The mean cross-entropy of what the network answers, as the peers compute it. */
export async function inferenceLoss(engine: Engine, { images, labels, size }: Batch): Promise<number> {
  const { logits } = await engine.predict(images);
  const classes = logits.length / size;
  const losses = Array.from(labels, (label, i) => {
    const own = logits.subarray(i * classes, (i + 1) * classes);
    const most = Math.max(...own);
    const exponentials = own.reduce((sum, logit) => sum + Math.exp(logit - most), 0);
    return most + Math.log(exponentials) - (own[label] as number);
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / size;
}

/** One long epoch: the learning rate and the weights of the heads stay as they are at its start. */
export function placeOf(iteration: number): StepPosition {
  return { epoch: 0, iteration, iterationsPerEpoch: 1_000_000, headWeights: null, probe: false };
}

function readWeights(file: string): State {
  const state: State = {};
  for (const [name, { dtype, shape, data }] of decodeSafetensors(readFileSync(file), file).tensors) {
    if (dtype !== 'F32') throw new TypeError(`${file}: ${name} is ${dtype}, expected F32`);
    state[name] = { shape, data };
  }
  return state;
}
