import { fixed, isNumber, power } from '@kestirme/dashboard/charts';

/** An axis in the coordinates that are drawn: those of a logarithmic axis are logarithms to base 10. */
export interface Axis {
  name: string;
  min: number;
  max: number;
  ticks: number[];
  format: (value: number) => string;
}

/** 1, 2 or 5 times a power of ten, so that `span` holds about `count` of them. */
function niceStep(span: number, count: number): number {
  const raw = span / count;
  const magnitude = 10 ** Math.floor(Math.log10(raw));
  return magnitude * ([1, 2, 5].find((factor) => factor * magnitude >= raw) ?? 10);
}

function steps(from: number, to: number, step: number): number[] {
  const count = Math.round((to - from) / step);
  // The rounding takes away 0.30000000000000004.
  return Array.from({ length: count + 1 }, (_, index) => Number((from + index * step).toPrecision(12)));
}

export interface LinearOptions {
  name: string;
  values: unknown[];
  /** The axis holds at least this much. */
  include?: number[];
  /** The axis goes no further than this. */
  bounds?: [number, number];
  /** Factor on the printed number, e.g. 100 for percent. */
  scale?: number;
  unit?: string;
}

export function linearAxis({ name, values, include = [], bounds, scale = 1, unit = '' }: LinearOptions): Axis {
  const finite = [...values.filter(isNumber), ...include];
  let low = finite.length > 0 ? Math.min(...finite) : 0;
  let high = finite.length > 0 ? Math.max(...finite) : 1;
  if (high - low < 1e-9 * Math.max(Math.abs(high), 1e-9)) {
    const room = Math.abs(high) * 0.1 || 1;
    [low, high] = [low - room, high + room];
  }
  if (bounds) [low, high] = [Math.max(low, bounds[0]), Math.min(high, bounds[1])];
  if (high <= low) [low, high] = bounds ?? [low - 1, low + 1];
  const step = niceStep((high - low) * scale, 5);
  const [first, last] = [Math.floor((low * scale) / step) * step, Math.ceil((high * scale) / step) * step];
  const ticks = steps(first, last, step).map((tick) => tick / scale);
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const format = (value: number) => `${fixed(value * scale, Math.min(decimals, 12))}${unit}`;
  return { name, min: ticks[0] ?? 0, max: ticks.at(-1) ?? 1, ticks, format };
}

/** A logarithmic axis over the plain values; one that is not above zero has no place on it. */
export function logAxis(name: string, values: unknown[]): Axis {
  const logs = values.flatMap((value) => (isNumber(value) && value > 0 ? [Math.log10(value)] : []));
  const low = logs.length > 0 ? Math.min(...logs) : -1;
  const high = logs.length > 0 ? Math.max(...logs) : 1;
  if (high - low > 1.2) {
    // Plus 0: a minus zero would show.
    const [min, max] = [Math.floor(low) + 0, Math.ceil(high) + 0];
    const ticks = steps(min, max, 1).filter((tick) => (tick - min) % Math.ceil((max - min) / 8) === 0);
    return { name, min, max, ticks, format: (value) => power(10, Math.round(value)) };
  }
  const marks = steps(Math.floor(low) - 1, Math.ceil(high) + 1, 1).flatMap((decade) =>
    [1, 2, 5].map((factor) => decade + Math.log10(factor)),
  );
  const min = marks.findLast((mark) => mark <= low - 0.02) ?? low;
  const max = marks.find((mark) => mark >= high + 0.02) ?? high;
  const ticks = marks.filter((mark) => mark >= min && mark <= max);
  return { name, min, max, ticks, format: logLabel };
}

function logLabel(value: number): string {
  const exponent = Math.floor(value + 1e-9);
  const factor = Math.round(10 ** (value - exponent));
  if (exponent >= -3 && exponent <= 3) return String(Number((factor * 10 ** exponent).toPrecision(3)));
  return factor === 1 ? power(10, exponent) : `${factor}×${power(10, exponent)}`;
}

/** Whole numbers, with half a unit of room when there is only one. */
export function countAxis(name: string, values: number[], room: number): Axis {
  const low = values.length > 0 ? Math.min(...values) : 0;
  const high = values.length > 0 ? Math.max(...values) : 0;
  const step = Math.max(1, niceStep(Math.max(high - low, 1), 8));
  const first = Math.ceil(low / step) * step;
  const ticks = steps(first, Math.max(first, Math.floor(high / step) * step), step);
  if (step > 1 && low === 1) ticks.unshift(1);
  const end = ticks.at(-1) ?? low;
  if (high - end >= step * 0.6) ticks.push(high);
  const side = high === low ? 0.5 : room;
  return { name, min: low - side, max: high + side, ticks: [...new Set(ticks)], format: String };
}
