import { plain } from 'kestirme';
import { Failure } from '../errors.js';
import type { Fingerprint } from './fingerprint.js';

const { listOf, objectOf, text } = plain;

const fingerprint = objectOf({
  sessions: listOf(objectOf({ version: text, build: text, wasmSha256: text })),
  configuration: objectOf({ results: text, neutral: text }),
  data: objectOf({ sha256: text, files: listOf(objectOf({ name: text, sha256: text })) }),
});

/** `value` as the fingerprint that it must be; `place`: where it stands, for errors. */
export function checkFingerprint(value: unknown, place: string): Fingerprint {
  const problem = fingerprint(value, 'fingerprint');
  if (problem !== undefined) {
    throw new Failure(`${place} is damaged: ${problem}; without it, the run's program and data are unknown`);
  }
  const found = value as Fingerprint;
  if (found.sessions.length === 0) throw new Failure(`${place} is damaged: fingerprint.sessions is empty`);
  return found;
}
