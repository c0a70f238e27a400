/** The run itself, in Node; and that a single wrong bit is found where it is. */
import { readFileSync } from 'node:fs';
import { createInlineEngine, type NetworkCalls, type StepResult } from 'kestirme';
import { expect, test } from 'vitest';
import { firstDifference, inWords } from './compare.js';
import { collectEvidence, numberOf, withTrainStep } from './evidence.js';
import { expected } from './expected.js';
import { fixedSteps } from './fixedRun.js';
import { openFixedData } from './nodeHost.js';
import { read, sourceOf } from './written.js';

/** The fixed run with something done to each step's outcome. */
async function runWith(change: (calls: NetworkCalls, step: number, result: StepResult) => void | Promise<void>) {
  const engine = await createInlineEngine({ build: 'single' });
  const data = openFixedData(0);
  let step = 0;
  const changed = withTrainStep(engine, (calls) => async (batch, position) => {
    const result = await calls.trainStep(batch, position);
    step++;
    await change(calls, step, result);
    return result;
  });
  try {
    return await collectEvidence({ engine: changed, data });
  } finally {
    await engine.close();
    await data.close();
  }
}

/** Flips the last bit of the first number of a tensor after a step. */
function flip(tensor: string, at: number) {
  return async (calls: NetworkCalls, step: number) => {
    if (step !== at) return;
    const state = await calls.readState();
    const { data } = state[tensor] as (typeof state)[string];
    const words = new Uint32Array(data.buffer, data.byteOffset, data.length);
    words[0] = (words[0] as number) ^ 1;
    await calls.writeState(state);
  };
}

async function firstSentence(change: Parameters<typeof runWith>[0]): Promise<string> {
  const difference = firstDifference(read(expected), await runWith(change));
  return difference === null ? 'no difference' : inWords(difference, fixedSteps);
}

test('the run leaves what the repository expects, and learns', async () => {
  const evidence = await runWith(() => {});
  expect(evidence.digests).toEqual(expected.digests);
  expect(firstDifference(read(expected), evidence)).toBeNull();
  expect(evidence.steps).toHaveLength(fixedSteps);
  const losses = evidence.steps.map((step) => numberOf(step[evidence.names.indexOf('metric:loss')] as string));
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(mean(losses.slice(-10))).toBeLessThan(mean(losses.slice(0, 10)));
  expect(sourceOf(evidence)).toBe(readFileSync(new URL('../../src/verify/expected.ts', import.meta.url), 'utf8'));
});

test.each([
  ['block1.conv.weight', 3, 'step 3 of 40: layer block1.conv, tensor block1.conv.weight: SHA-256'],
  ['stem.norm.running_var', 17, 'step 17 of 40: layer stem.norm, tensor stem.norm.running_var: SHA-256'],
  [
    'optimizer.momentum.last.linear.bias',
    40,
    'step 40 of 40: layer last.linear, tensor optimizer.momentum.last.linear.bias: SHA-256',
  ],
])('one wrong bit in %s after step %i is named', async (tensor, step, sentence) => {
  expect(await firstSentence(flip(tensor, step))).toContain(sentence);
});

test('one wrong spike and one wrong last bit of a loss are named', async () => {
  const spike = await firstSentence((_, step, { spikes }) => {
    const bits = spikes?.['block2.lif'];
    if (step === 2 && bits !== undefined) bits[0] = (bits[0] as number) ^ 1;
  });
  expect(spike).toMatch(
    /^step 2 of 40: layer block2\.lif, tensor block2\.lif\.spikes: SHA-256 \w{16}\.\.\., expected SHA-256 \w+/,
  );
  const loss = await firstSentence((_, step, result) => {
    if (step === 5) result.loss *= 1 + Number.EPSILON;
  });
  expect(loss).toMatch(/^step 5 of 40: loss: [\d.]+ \(bits \w{16}\), expected [\d.]+ \(bits \w{16}\)/);
});
