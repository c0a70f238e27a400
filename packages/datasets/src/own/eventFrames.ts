/** Events that a program has in memory, as frames. */
import { fieldProblems, plain, usualOptions } from 'kestirme';
import type { Events } from '../events/events.js';
import { makeFrames } from '../events/frames/make.js';
import type { Sample } from '../samples/sample.js';
import { type FrameOptions, frameOptions, frameSettings } from '../sets/events/options.js';

/** How events become frames; what is not given is as usual. */
export interface EventFrames extends Partial<FrameOptions> {
  /** Of the sensor, in pixels. */
  height: number;
  width: number;
  /** T. */
  frames: number;
}

/** @throws TypeError or RangeError naming `where` and what is wrong */
export async function framesOfEvents(
  events: Events,
  toFrames: EventFrames | undefined,
  where: string,
): Promise<Sample> {
  if (toFrames === undefined) {
    throw new TypeError(`${where}: \`eventFrames\` has to say how events become frames: { height, width, frames }`);
  }
  requireEvents(events, where);
  const { height, width, ...given } = toFrames;
  const options: FrameOptions = { ...usualOptions(frameOptions), ...given };
  const problem = fieldProblems('eventFrames.', frameOptions, options)[0];
  if (problem !== undefined) throw new RangeError(problem);
  const [frames] = await makeFrames(() => once(events), { height, width }, frameSettings(options, toFrames.frames));
  if (frames === null || frames === undefined) throw new RangeError(`${where} are none`);
  return frames;
}

async function* once(events: Events): AsyncGenerator<Events> {
  yield events;
}

function requireEvents({ size, t, x, y, p }: Events, where: string): void {
  const columns = [
    ['t', t, 'Float64Array'],
    ['x', x, 'Uint16Array'],
    ['y', y, 'Uint16Array'],
    ['p', p, 'Uint8Array'],
  ] as const;
  for (const [name, column, type] of columns) {
    if (!plain.isTypedArray(column, type)) {
      throw new TypeError(`${where}.${name} must be a ${type}, got ${plain.kindOf(column)}`);
    }
    if (column.length === size) continue;
    throw new RangeError(`${where}.${name} must have \`size\` numbers, ${size}, got ${column.length}`);
  }
  const back = t.findIndex((time, i) => !(time >= (t[i - 1] ?? -Infinity)));
  if (back >= 0) throw new RangeError(`${where}.t[${back}] must not be before the one in front of it, got ${t[back]}`);
}
