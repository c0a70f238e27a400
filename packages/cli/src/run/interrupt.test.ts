import { EventEmitter } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { Interrupt } from './interrupt.js';

function source() {
  return Object.assign(new EventEmitter(), { exit: vi.fn() });
}

describe('Interrupt', () => {
  it('asks for an end at the first signal and quits at the second', () => {
    const process = source();
    const tell = vi.fn();
    const interrupt = new Interrupt(tell, process);
    expect([interrupt.signal.aborted, interrupt.exitCode]).toEqual([false, 0]);
    process.emit('SIGINT');
    expect([interrupt.signal.aborted, interrupt.exitCode]).toEqual([true, 130]);
    expect(tell).toHaveBeenCalledOnce();
    expect(process.exit).not.toHaveBeenCalled();
    process.emit('SIGINT');
    expect(process.exit).toHaveBeenCalledWith(130);
  });

  it('knows SIGTERM by its own code, and lets go of signals when disposed', () => {
    const process = source();
    const interrupt = new Interrupt(() => {}, process);
    process.emit('SIGTERM');
    expect(interrupt.exitCode).toBe(143);
    interrupt.dispose();
    expect(process.listenerCount('SIGINT') + process.listenerCount('SIGTERM')).toBe(0);
  });
});
