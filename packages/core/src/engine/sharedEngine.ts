/** One engine for several callers: its holder, and the rights of the others meanwhile, as `Engine` says. */
import type { Engine, HeldEngine, NetworkCalls, Work } from './types.js';

/** An engine by itself: it does one call after the other, whoever makes them. */
export interface BareEngine extends NetworkCalls {
  readonly threads: number;
  readonly build: 'threads' | 'single';
  readonly backend: 'native' | 'wasm';
  readonly simd: string;
  readonly backendNote: string | null;
  /** Aborted when the engine ends, in whatever way, with the reason with which its calls reject then. */
  readonly ended: AbortSignal;
  /** Ends it; calls under way and later ones reject with `cause`, unless something else has ended it before. */
  end(cause: Error): Promise<void>;
}

/** Something else is under way on the engine that this call would disturb. Nothing has changed. */
export class EngineBusyError extends Error {
  override readonly name = 'EngineBusyError';
}

type Changes = Pick<NetworkCalls, 'load' | 'trainStep' | 'writeState'>;

/** Its own properties are all that it has, so that `{ ...engine, ...changes }` is an engine, too. */
export class SharedEngine implements Engine {
  readonly threads: number;
  readonly build: 'threads' | 'single';
  readonly backend: 'native' | 'wasm';
  readonly simd: string;
  readonly backendNote: string | null;
  readonly #bare: BareEngine;
  #training = false;
  #evaluations = 0;
  /** The promise that a training waits for; null: none. */
  #evaluated: { promise: Promise<void>; resolve(): void } | null = null;

  constructor(bare: BareEngine) {
    this.#bare = bare;
    this.threads = bare.threads;
    this.build = bare.build;
    this.backend = bare.backend;
    this.simd = bare.simd;
    this.backendNote = bare.backendNote;
  }

  memoryRoom: Engine['memoryRoom'] = (request) => this.#bare.memoryRoom(request);
  evaluateStep: Engine['evaluateStep'] = (batch, options) => this.#bare.evaluateStep(batch, options);
  predict: Engine['predict'] = (images, indices) => this.#bare.predict(images, indices);
  profile: Engine['profile'] = (batch, options) => this.#bare.profile(batch, options);
  readState: Engine['readState'] = () => this.#bare.readState();
  stateShapes: Engine['stateShapes'] = () => this.#bare.stateShapes();
  readTensor: Engine['readTensor'] = (name, memory) => this.#bare.readTensor(name, memory);
  weightsSha256: Engine['weightsSha256'] = () => this.#bare.weightsSha256();
  kernelsSha256: Engine['kernelsSha256'] = () => this.#bare.kernelsSha256();

  load: Engine['load'] = (request) => this.#whenNobodyHas('load', () => this.#bare.load(request));
  trainStep: Engine['trainStep'] = (batch, position) =>
    this.#whenNobodyHas('trainStep', () => this.#bare.trainStep(batch, position));
  writeState: Engine['writeState'] = (state) => this.#whenNobodyHas('writeState', () => this.#bare.writeState(state));

  #whenNobodyHas<T>(call: string, work: () => Promise<T>): Promise<T> {
    const refusal = this.#refusal(call);
    return refusal === null ? work() : Promise.reject(refusal);
  }

  #refusal(what: string): EngineBusyError | null {
    if (this.#underWay === null) return null;
    return new EngineBusyError(
      `${what} is refused: ${this.#underWay} is under way on this engine; wait for it, end it by its signal, or take ` +
        'another engine',
    );
  }

  get #underWay(): string | null {
    return this.#training ? 'a training' : this.#evaluations > 0 ? 'an evaluation' : null;
  }

  hold: Engine['hold'] = (work) => {
    const refusal = work === 'training' ? this.#refusal('a training') : null;
    if (refusal !== null) throw refusal;
    this.#begin(work);
    let held = true;
    const release = () => {
      if (held) this.#finish(work);
      held = false;
    };
    const bare = this.#bare;
    const own: Changes = {
      load: (request) => this.#afterEvaluations(() => bare.load(request)),
      trainStep: (batch, position) => this.#afterEvaluations(() => bare.trainStep(batch, position)),
      writeState: (state) => this.#afterEvaluations(() => bare.writeState(state)),
    };
    const changes = () => (held && work === 'training' ? own : this);
    const { memoryRoom, evaluateStep, predict, profile, readState, stateShapes, readTensor } = this;
    const { weightsSha256, kernelsSha256 } = this;
    return {
      ...{
        memoryRoom,
        evaluateStep,
        predict,
        profile,
        readState,
        stateShapes,
        readTensor,
        weightsSha256,
        kernelsSha256,
      },
      load: (request) => changes().load(request),
      trainStep: (batch, position) => changes().trainStep(batch, position),
      writeState: (state) => changes().writeState(state),
      ended: bare.ended,
      release,
    } satisfies HeldEngine;
  };

  #begin(work: Work): void {
    if (work === 'training') this.#training = true;
    else if (this.#evaluations++ === 0) this.#evaluated = newPromise();
  }

  #finish(work: Work): void {
    if (work === 'training') {
      this.#training = false;
    } else if (--this.#evaluations === 0) {
      this.#evaluated?.resolve();
      this.#evaluated = null;
    }
  }

  /** At once when no evaluation is under way. */
  #afterEvaluations<T>(work: () => Promise<T>): Promise<T> {
    return this.#evaluated === null ? work() : this.#evaluated.promise.then(() => this.#afterEvaluations(work));
  }

  close: Engine['close'] = () => {
    const meanwhile = this.#underWay === null ? '' : `: close was called while ${this.#underWay} was under way`;
    return this.#bare.end(new Error(`the engine is closed${meanwhile}`));
  };
}

function newPromise(): { promise: Promise<void>; resolve(): void } {
  let resolve = () => {};
  const promise = new Promise<void>((fulfil) => {
    resolve = fulfil;
  });
  return { promise, resolve };
}
