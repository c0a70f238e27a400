/** Where the page stands, and what its buttons may do. */

/** Of 'broken' there is no way back: the page has no trainer. */
export type Phase = 'preparing' | 'ready' | 'running' | 'paused' | 'finished' | 'failed' | 'broken';
export type PhaseEvent = 'prepare' | 'prepared' | 'run' | 'pause' | 'step' | 'finished' | 'failed' | 'broken';

const moves: Record<Phase, Partial<Record<PhaseEvent, Phase>>> = {
  preparing: { prepare: 'preparing', prepared: 'ready', failed: 'failed' },
  ready: { prepare: 'preparing', run: 'running', step: 'paused', failed: 'failed' },
  running: { prepare: 'preparing', pause: 'paused', finished: 'finished', failed: 'failed' },
  // The last step may be one by itself.
  paused: { prepare: 'preparing', run: 'running', step: 'paused', finished: 'finished', failed: 'failed' },
  finished: { prepare: 'preparing', failed: 'failed' },
  failed: { prepare: 'preparing', failed: 'failed' },
  broken: {},
};

/** Null: the event means nothing here. */
export function nextPhase(phase: Phase, event: PhaseEvent): Phase | null {
  return event === 'broken' ? 'broken' : (moves[phase][event] ?? null);
}

export function may(phase: Phase, event: PhaseEvent): boolean {
  return nextPhase(phase, event) !== null;
}
