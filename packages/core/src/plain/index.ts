/** Reading plain data that may be damaged or hostile, and telling its faults. */
export {
  type Check,
  count,
  finite,
  integer,
  listOf,
  mapOf,
  matching,
  nonNegative,
  objectOf,
  oneOf,
  optional,
  orNull,
  positive,
  share,
  text,
} from './check.js';
export { excerpt, excerptOf } from './excerpt.js';
export { decodeUtf8, parseJson } from './json.js';
export { isTypedArray, kindOf, type TypedArrayName } from './kind.js';
export { systemCode, systemReason } from './systemError.js';
