/**
 * Who writes the gradient of a value that several read. In the backward pass the first of its readers writes, the others
 * add; while memory is planned, the readers enter in that order.
 */
import type { Buffer, Planner } from './planner.js';
import { gradientBytes, type Value } from './value.js';

/**
 * A reader of the value, which writes its gradient at the moment `time`. `own`: memory that already holds this reader's
 * part when it comes, which the value takes over where it is the first.
 * Returns whether the reader adds to what is there: an earlier one has written.
 */
export function enterGradient(
  planner: Planner,
  value: Value,
  batch: number,
  time: number,
  own: Buffer | null = null,
): boolean {
  const adds = value.gradient !== null;
  value.gradient ??= own ?? planner.buffer(`${value.name} gradient`, gradientBytes(value, batch), [time, time], null);
  value.gradient.extend(time);
  return adds;
}
