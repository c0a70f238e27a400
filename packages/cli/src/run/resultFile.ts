import { methods, plain } from 'kestirme';
import { Failure, messageOf } from '../errors.js';
import { checkFingerprint, onlyKernels } from './fingerprintCheck.js';
import type { RunResult } from './record.js';

const { count, listOf, mapOf, matching, nonNegative, objectOf, oneOf, optional, orNull, share, text } = plain;

const sha256 = matching(/^[0-9a-f]{64}$/, 'a SHA-256 in hexadecimal digits');

const runResult = objectOf({
  method: oneOf(methods),
  dataset: text,
  model: text,
  seed: count,
  epochs: count,
  testAccuracy: share,
  validationAccuracy: optional(share),
  best: optional(
    objectOf({ epoch: count, accuracy: share, judgedBy: oneOf(['test', 'validation']), weightsSha256: orNull(sha256) }),
  ),
  stopped: optional(objectOf({ patience: count, of: count })),
  confusion: optional(mapOf(mapOf(count))),
  weightsSha256: sha256,
  imagesPerSecond: nonNegative,
  peakMemoryBytes: count,
  threads: count,
  backend: optional(oneOf(['native', 'wasm'])),
  simd: optional(text),
  timeSteps: count,
  version: text,
  split: optional(text),
  skipped: optional(listOf(objectOf({ file: text, reason: text }))),
});

/** An object out of one of a run folder's JSON files. */
export function parseObject(json: string, file: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = plain.parseJson(json);
  } catch (error) {
    throw new Failure(`${file} is damaged: ${messageOf(error)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Failure(`${file} is damaged: it holds no object`);
  }
  return value as Record<string, unknown>;
}

/** The content of result.json, `value`, as the result that it must be, in the present form. */
export function checkResult(value: unknown, file: string): RunResult {
  const problem = runResult(value, '');
  if (problem !== undefined) throw new Failure(`${file}: ${problem}`);
  const result = { ...onlyKernels, ...(value as RunResult) };
  if (result.fingerprint !== undefined) result.fingerprint = checkFingerprint(result.fingerprint, file);
  return result;
}
