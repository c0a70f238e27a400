/** The kind of a value that somebody handed over, where it is not the kind that was asked for. */
import { excerptOf } from './excerpt.js';

export type TypedArrayName =
  | 'Uint8Array'
  | 'Uint16Array'
  | 'Int32Array'
  | 'Uint32Array'
  | 'Float32Array'
  | 'Float64Array';

/** As `instanceof`, but for arrays of other realms (a frame's, a test runner's), too. */
export function isTypedArray(value: unknown, name: TypedArrayName): boolean {
  return ArrayBuffer.isView(value) && tagOf(value) === name;
}

const tagOf = (value: unknown) => Object.prototype.toString.call(value).slice('[object '.length, -1);

/** 'a Float32Array of 12', 'a list of 3', or the value itself in short. */
export function kindOf(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (ArrayBuffer.isView(value) && 'length' in value) return `${article(tagOf(value))} of ${value.length}`;
  if (typeof value === 'function') return 'a function';
  return typeof value === 'object' && value !== null ? article(tagOf(value)) : excerptOf(value);
}

const article = (name: string) => `${/^[AEIO]/.test(name) ? 'an' : 'a'} ${name}`;
