/** Callers who share an engine: what is refused, what is done in order, and what ends a training or an evaluation. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Batch, BatchSource } from '../loader/batch.js';
import { type EvaluateRequest, evaluate } from '../train/evaluate.js';
import type { TrainRequest } from '../train/request.js';
import { train } from '../train/trainer.js';
import { createEngine, createInlineEngine } from './createEngine.js';
import { network, batch as newBatch, place, request } from './engines.test.support.js';
import { EngineBusyError } from './sharedEngine.js';
import type { Engine, EngineOptions, State, Work } from './types.js';

const { training, mean, std } = request();
const steps = 3;
const batches = new Map<number, Batch>();
function batch(number: number): Batch {
  const made = batches.get(number) ?? newBatch(number);
  batches.set(number, made);
  return made;
}
const turn = () => new Promise((resolve) => setTimeout(resolve));

/** Three training batches and two test batches; `onFetch` is called while the batch before is worked on. */
class Source implements BatchSource {
  readonly info = {
    ...{ name: 'noise', channels: 3, height: 16, width: 16, classes: 4, classNames: ['a', 'b', 'c', 'd'] },
    ...{ trainSize: 16 * steps, testSize: 32, mean, std },
  };
  readonly trainBatchCount = steps;
  onFetch: ((part: Work, number: number) => unknown) | undefined;

  constructor(onFetch?: Source['onFetch']) {
    this.onFetch = onFetch;
  }

  async *trainBatches(): AsyncIterable<Batch> {
    for (let i = 0; i < steps; i++) {
      await this.onFetch?.('training', i);
      yield batch(i);
    }
  }

  async *testBatches(): AsyncIterable<Batch> {
    for (const i of [7, 8]) {
      await turn();
      await this.onFetch?.('evaluation', i);
      yield batch(i);
    }
  }

  async close(): Promise<void> {}
}

const trainOn = (engine: Engine, changes: Partial<TrainRequest> = {}) =>
  train({ engine, network, data: new Source(), options: training, ...changes });
const evaluateOn = (engine: Engine, changes: Partial<EvaluateRequest> = {}) =>
  evaluate({ engine, data: new Source(), ...changes });

const kinds: [string, (options: EngineOptions) => Promise<Engine>][] = [
  ['createEngine', createEngine],
  ['createInlineEngine', (given) => createInlineEngine({ ...given, threads: 1 })],
];
const options = { threads: 2 };

/** A trained engine's weights and what its evaluation gives, with nobody else about. */
async function undisturbed(engine: Engine) {
  await trainOn(engine);
  return { state: await engine.readState(), hash: await engine.weightsSha256(), summary: await evaluateOn(engine) };
}

/** What may begin, by name: what comes of it during a training and during an evaluation. */
type Outcome = 'refused' | 'done' | 'ends it';
const calls: [string, (engine: Engine, state: State) => Promise<unknown>, Record<Work, Outcome>][] = [
  ['train', (engine) => trainOn(engine), { training: 'refused', evaluation: 'refused' }],
  ['evaluate', (engine) => evaluateOn(engine), { training: 'done', evaluation: 'done' }],
  ['load', (engine) => engine.load(request(5)), { training: 'refused', evaluation: 'refused' }],
  ['trainStep', (engine) => engine.trainStep(batch(9), place), { training: 'refused', evaluation: 'refused' }],
  ['writeState', (engine, state) => engine.writeState(state), { training: 'refused', evaluation: 'refused' }],
  ['evaluateStep', (engine) => engine.evaluateStep(batch(9)), { training: 'done', evaluation: 'done' }],
  ['profile', (engine) => engine.profile(batch(9), { steps: 1 }), { training: 'done', evaluation: 'done' }],
  ['readState', (engine) => engine.readState(), { training: 'done', evaluation: 'done' }],
  ['stateShapes', (engine) => engine.stateShapes(), { training: 'done', evaluation: 'done' }],
  ['readTensor', (engine) => engine.readTensor('conv1.weight'), { training: 'done', evaluation: 'done' }],
  ['weightsSha256', (engine) => engine.weightsSha256(), { training: 'done', evaluation: 'done' }],
  ['memoryRoom', (engine) => engine.memoryRoom(request(5)), { training: 'done', evaluation: 'done' }],
  ['kernelsSha256', (engine) => engine.kernelsSha256(), { training: 'done', evaluation: 'done' }],
  ['close', (engine) => engine.close(), { training: 'ends it', evaluation: 'ends it' }],
];

describe.each(kinds)('an engine of %s', (_, create) => {
  let engine: Engine;
  let sound: Awaited<ReturnType<typeof undisturbed>>;
  beforeAll(async () => {
    engine = await create(options);
    sound = await undisturbed(engine);
  });
  afterAll(() => engine.close());

  const pairs = calls.flatMap(([name, call, outcomes]) =>
    (['training', 'evaluation'] as const).map((work) => [name, work, outcomes[work], call] as const),
  );
  it.each(pairs)('%s beside a running %s: %s', async (_name, work, outcome, call) => {
    const one = outcome === 'ends it' ? await create(options) : engine;
    if (one !== engine) await one.load(request());
    await one.writeState(sound.state);
    // Once while a step is under way, and once between two of them.
    const others: Promise<unknown>[] = [];
    const begin = () => others.push(call(one, sound.state).catch((error: unknown) => error));
    const data = new Source((part, number) => {
      if (part === work && (number === 1 || number === 8)) begin();
    });
    let callbacks = 0;
    const callback = () => {
      if (callbacks++ === 0) begin();
    };
    const under =
      work === 'training' ? trainOn(one, { data, onStep: callback }) : evaluateOn(one, { data, onBatch: callback });
    if (outcome === 'ends it') {
      await expect(under).rejects.toThrow(
        `the engine is closed: close was called while ${work === 'training' ? 'a' : 'an'} ${work} was under way`,
      );
      return;
    }
    const result = await under;
    expect(others).toHaveLength(2);
    for (const came of await Promise.all(others)) {
      if (outcome === 'done') expect(came).not.toBeInstanceOf(Error);
      else {
        expect(came).toBeInstanceOf(EngineBusyError);
        expect((came as Error).message).toContain(
          `is refused: a${work === 'training' ? '' : 'n'} ${work} is under way`,
        );
      }
    }
    if (work === 'evaluation') expect(result).toEqual(sound.summary);
    expect(await one.weightsSha256()).toBe(sound.hash);
  });

  it('evaluates, during a training, the network of one moment', async () => {
    const seen: { state: State; evaluation: Promise<unknown> }[] = [];
    const onStep = async ({ iteration }: { iteration: number }) => {
      if (iteration !== 1) return;
      const state = await engine.readState();
      // Not waited for: the run itself holds its next step up.
      seen.push({ state, evaluation: Promise.all([evaluateOn(engine), evaluateOn(engine)]) });
    };
    await trainOn(engine, { onStep });
    expect(await engine.weightsSha256()).toBe(sound.hash);
    const [{ state, evaluation }] = seen as [(typeof seen)[number]];
    await engine.writeState(state);
    const expected = await evaluateOn(engine);
    expect(await evaluation).toEqual([expected, expected]);
    expect(expected).not.toEqual(sound.summary);
  });

  it('is let go by a training that was refused, failed or aborted', async () => {
    const ways: [Partial<TrainRequest>, string | null][] = [
      [{ options: { ...training, lr: -1 } }, '`lr` must be'],
      [{ network: { ...network, classes: 5 } }, 'expects 5 classes'],
      [
        {
          data: new Source(() => {
            throw new Error('the data failed');
          }),
        },
        'the data failed',
      ],
      [{ onStep: () => Promise.reject(new Error('the callback failed')) }, 'the callback failed'],
      [{ signal: AbortSignal.abort() }, null],
    ];
    for (const [changes, message] of ways) {
      const training = trainOn(engine, changes);
      if (message === null) expect(await training).toMatchObject({ finished: false });
      else await expect(training).rejects.toThrow(message);
      engine.hold('training').release();
    }
    const failing = new Source(() => Promise.reject(new Error('the data failed')));
    await expect(evaluateOn(engine, { data: failing })).rejects.toThrow('the data failed');
    await trainOn(engine);
    expect(await engine.weightsSha256()).toBe(sound.hash);
  });

  it.each([
    ['close', 'training'],
    ['close', 'evaluation'],
    ['signal', 'training'],
    ['signal', 'evaluation'],
  ] as const)('by its %s ends a %s that waits for data which do not come', async (way, work) => {
    const controller = new AbortController();
    const one = await create({ ...options, signal: controller.signal });
    await one.load(request());
    let wait = () => {};
    // After its first step nothing is under way in the engine any more.
    const waits = new Promise<void>((resolve) => {
      wait = resolve;
    });
    const data = new Source((part, number) => {
      if (part === work && number !== 0 && number !== 7) return new Promise(() => {});
      return;
    });
    const under = work === 'training' ? trainOn(one, { data, onStep: wait }) : evaluateOn(one, { data, onBatch: wait });
    const ended = expect(under).rejects.toThrow(
      way === 'close' ? /^the engine is closed: close was called while an? \w+ was under way$/ : 'enough',
    );
    await waits;
    await turn();
    if (way === 'close') await one.close();
    else controller.abort(new Error('enough'));
    await ended;
  });

  it('is held by loops of their own as by train', async () => {
    const held = engine.hold('training');
    expect(() => engine.hold('training')).toThrow(EngineBusyError);
    await expect(trainOn(engine)).rejects.toThrow('a training is refused: a training is under way on this engine');
    await held.load(request());
    for (let iteration = 0; iteration < steps; iteration++) {
      await held.trainStep(batch(iteration), { ...place, iteration, iterationsPerEpoch: steps });
    }
    const looking = engine.hold('evaluation');
    await expect(looking.trainStep(batch(0), place)).rejects.toThrow(EngineBusyError);
    held.release();
    held.release();
    await expect(held.trainStep(batch(0), place)).rejects.toThrow('an evaluation is under way');
    looking.release();
    looking.release();
    expect(await held.weightsSha256()).toBe(sound.hash);
    await trainOn(engine);
    expect(await engine.weightsSha256()).toBe(sound.hash);
  });
});

it('trainings on engines of their own do not meet, though they share their data and their thread', async () => {
  const engines = [
    await createInlineEngine(),
    await createInlineEngine(),
    await createEngine(options),
    await createEngine({ build: 'single' }),
  ];
  const { hash } = await undisturbed(engines[0] as Engine);
  const data = new Source();
  await Promise.all(engines.map((engine) => trainOn(engine, { data })));
  for (const engine of engines) {
    expect(await engine.weightsSha256()).toBe(hash);
    await engine.close();
  }
});

it('single calls are done in the order in which they were made', async () => {
  for (const [, create] of kinds) {
    const engine = await create(options);
    const results = await Promise.all([
      engine.load(request()),
      engine.weightsSha256(),
      engine.trainStep(batch(0), place),
      engine.weightsSha256(),
      engine.load(request()),
      engine.weightsSha256(),
    ]);
    expect(results[5]).toBe(results[1]);
    expect(results[3]).not.toBe(results[1]);
    await engine.close();
  }
});
