import { EventEmitter } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { Interrupt, TOGETHER_MILLISECONDS } from './interrupt.js';

/** Signals by hand, with a clock by hand. */
class Signals extends EventEmitter {
  time = 1000;
  exit = vi.fn();
  now = () => this.time;
  timers: { at: number; then: () => void }[] = [];
  later = (milliseconds: number, then: () => void) => void this.timers.push({ at: this.time + milliseconds, then });

  pass(milliseconds: number) {
    this.time += milliseconds;
    for (const { then } of this.timers.filter(({ at }) => at <= this.time)) then();
  }

  get heard() {
    return ['SIGHUP', 'SIGINT', 'SIGTERM'].map((name) => this.listenerCount(name));
  }
}

function begin({ ignoreHangup = false } = {}) {
  const source = new Signals();
  const onFirst = vi.fn();
  return { source, onFirst, interrupt: new Interrupt({ onFirst, ignoreHangup, source }) };
}

/** What npm takes to send on a signal, and what a person takes to press a key again. */
const ECHO = 25;
const SECOND_WISH = 1000;

describe('Interrupt', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('%s asks for an end, and again, a second later, quits', (name, code) => {
    const { source, onFirst, interrupt } = begin();
    expect([interrupt.signal.aborted, interrupt.exitCode]).toEqual([false, 0]);
    source.emit(name);
    expect([interrupt.signal.aborted, interrupt.exitCode]).toEqual([true, code]);
    source.pass(SECOND_WISH);
    expect(source.exit).not.toHaveBeenCalled();
    source.emit(name);
    expect(source.exit).toHaveBeenCalledWith(code);
    expect(onFirst).toHaveBeenCalledOnce();
  });

  it.each([
    ['SIGINT', 'SIGINT'],
    ['SIGTERM', 'SIGTERM'],
    ['SIGINT', 'SIGTERM'],
    ['SIGHUP', 'SIGTERM'],
  ])('%s is one wish with the %s that npm or a group sends along', (first, second) => {
    const { source, interrupt } = begin();
    source.emit(first);
    const code = interrupt.exitCode;
    for (const wait of [ECHO, ECHO, TOGETHER_MILLISECONDS - 2 * ECHO]) {
      source.pass(wait);
      source.emit(second);
    }
    expect(source.exit).not.toHaveBeenCalled();
    expect(interrupt.exitCode).toBe(code);
  });

  it('counts from the first signal, so that a key held down quits', () => {
    const { source } = begin();
    for (let held = 0; held <= TOGETHER_MILLISECONDS; held += ECHO) {
      source.emit('SIGINT');
      expect(source.exit).not.toHaveBeenCalled();
      source.pass(ECHO);
    }
    source.emit('SIGINT');
    expect(source.exit).toHaveBeenCalledWith(130);
  });

  it('takes a hangup for a first wish, and never for a second', () => {
    const { source, interrupt } = begin();
    source.emit('SIGHUP');
    expect([interrupt.signal.aborted, interrupt.exitCode]).toEqual([true, 129]);
    source.pass(SECOND_WISH);
    source.emit('SIGHUP');
    // What a session's end sends after the hangup.
    source.emit('SIGTERM');
    expect(source.exit).not.toHaveBeenCalled();
    source.pass(SECOND_WISH);
    source.emit('SIGHUP');
    expect(source.exit).not.toHaveBeenCalled();
    source.emit('SIGTERM');
    expect(source.exit).toHaveBeenCalledWith(143);
  });

  it('hears no hangup when told to ignore them', () => {
    const { source, interrupt } = begin({ ignoreHangup: true });
    source.emit('SIGHUP');
    expect([interrupt.signal.aborted, interrupt.exitCode]).toEqual([false, 0]);
    expect(source.listenerCount('SIGHUP')).toBe(1);
    source.emit('SIGTERM');
    expect(interrupt.exitCode).toBe(143);
  });

  it('lets go of signals when disposed', () => {
    const { source, interrupt } = begin();
    interrupt.dispose();
    expect(source.heard).toEqual([0, 0, 0]);
  });

  it('keeps the signals, once interrupted, until no repetition can come that would end the process half-way', () => {
    const { source, interrupt } = begin();
    source.emit('SIGINT');
    interrupt.dispose();
    source.pass(ECHO);
    expect(source.heard).toEqual([1, 1, 1]);
    source.pass(TOGETHER_MILLISECONDS - ECHO);
    expect(source.heard).toEqual([0, 0, 0]);
    expect(source.exit).not.toHaveBeenCalled();
  });
});
