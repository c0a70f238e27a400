/**
 * Events of TensorBoard as bytes: the few fields of event.proto and summary.proto that are needed, and their frames in a
 * file. Fields are written in the order of their numbers, as Google's own writers do.
 */
import { maskedCrc32c } from './crc32c.js';

/** TensorBoard's histogram: bucket i counts values up to limit i that are above limit i - 1. */
export interface Histogram {
  min: number;
  max: number;
  num: number;
  sum: number;
  sumSquares: number;
  limits: number[];
  counts: number[];
}

export type Value = { tag: string; scalar: number } | { tag: string; histogram: Histogram };

/** `seconds`: of the wall clock, since 1970. */
export type Event = { seconds: number } & (
  | { fileVersion: string }
  /** A process begins here: what other files of the folder have from `step` on does not count. */
  | { step: number; start: true }
  | { step: number; values: Value[] }
);

const VARINT = 0;
const DOUBLE = 1;
const BYTES = 2;
const FLOAT = 5;

function varint(value: number): number[] {
  const bytes: number[] = [];
  // Division, since steps may be beyond 32 bits.
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) + 128);
  }
}

const key = (field: number, kind: number) => varint(8 * field + kind);
const double = (value: number) => [...new Uint8Array(Float64Array.of(value).buffer)];
const float = (value: number) => [...new Uint8Array(Float32Array.of(value).buffer)];
const doubleField = (field: number, value: number) => [...key(field, DOUBLE), ...double(value)];
const varintField = (field: number, value: number) => (value === 0 ? [] : [...key(field, VARINT), ...varint(value)]);
const bytesField = (field: number, bytes: readonly number[]) => [
  ...key(field, BYTES),
  ...varint(bytes.length),
  ...bytes,
];
const textField = (field: number, text: string) => bytesField(field, [...new TextEncoder().encode(text)]);

function histogramProto({ min, max, num, sum, sumSquares, limits, counts }: Histogram): number[] {
  const numbers = [min, max, num, sum, sumSquares];
  return [
    // Zero is what a reader takes a field for that is not there.
    ...numbers.flatMap((value, at) => (value === 0 ? [] : doubleField(at + 1, value))),
    ...bytesField(6, limits.flatMap(double)),
    ...bytesField(7, counts.flatMap(double)),
  ];
}

function valueProto(value: Value): number[] {
  const tag = textField(1, value.tag);
  if ('histogram' in value) return [...tag, ...bytesField(5, histogramProto(value.histogram))];
  // A member of a oneof is written though it is zero.
  return [...tag, ...key(2, FLOAT), ...float(value.scalar)];
}

function eventProto(event: Event): number[] {
  const time = doubleField(1, event.seconds);
  if ('fileVersion' in event) return [...time, ...textField(3, event.fileVersion)];
  const place = [...time, ...varintField(2, event.step)];
  // SessionLog { status: START }
  if ('start' in event) return [...place, ...bytesField(7, varintField(1, 1))];
  return [
    ...place,
    ...bytesField(
      5,
      event.values.flatMap((value) => bytesField(1, valueProto(value))),
    ),
  ];
}

/** The event as a record of an event file. */
export function eventRecord(event: Event): Uint8Array {
  const payload = Uint8Array.from(eventProto(event));
  const record = new Uint8Array(12 + payload.length + 4);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(payload.length), true);
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true);
  record.set(payload, 12);
  view.setUint32(12 + payload.length, maskedCrc32c(payload), true);
  return record;
}
