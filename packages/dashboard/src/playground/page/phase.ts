/** Where the page stands, and what its buttons may do. */

export type Phase = 'preparing' | 'ready' | 'running' | 'paused' | 'finished' | 'failed';
export type PhaseEvent = 'prepare' | 'prepared' | 'run' | 'pause' | 'step' | 'finished' | 'failed';

const moves: Record<Phase, Partial<Record<PhaseEvent, Phase>>> = {
  preparing: { prepare: 'preparing', prepared: 'ready', failed: 'failed' },
  ready: { prepare: 'preparing', run: 'running', step: 'paused', failed: 'failed' },
  running: { prepare: 'preparing', pause: 'paused', finished: 'finished', failed: 'failed' },
  // The last step may be one by itself.
  paused: { prepare: 'preparing', run: 'running', step: 'paused', finished: 'finished', failed: 'failed' },
  finished: { prepare: 'preparing', failed: 'failed' },
  failed: { prepare: 'preparing', failed: 'failed' },
};

/** Null: the event means nothing here. */
export function nextPhase(phase: Phase, event: PhaseEvent): Phase | null {
  return moves[phase][event] ?? null;
}

export function may(phase: Phase, event: PhaseEvent): boolean {
  return nextPhase(phase, event) !== null;
}
