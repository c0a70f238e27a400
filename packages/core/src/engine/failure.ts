/**
 * The engine cannot go on: a trap, an exception in the middle of a step, a thread that ended. Every pending and later
 * call rejects with it and the engine's threads are gone; make a new engine and go on from the last checkpoint.
 */
export class EngineFailure extends Error {
  override readonly name = 'EngineFailure';
}
