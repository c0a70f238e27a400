import type { DataFile } from '@kestirme/datasets';
import { plain } from 'kestirme';
import { Failure } from '../errors.js';

/** Everything that a result is a function of, in hashes. */
export interface Fingerprint {
  /** Programs and machines that computed the run, in order: one entry, or more when it was resumed by another. */
  sessions: Session[];
  /** SHA-256 over the canonical JSON of the options that can change a result, and of those that must not. */
  configuration: { results: string; neutral: string };
  /** SHA-256 over the canonical JSON of `files`. */
  data: { sha256: string; files: DataFile[] };
}

export interface Session {
  version: string;
  /** The kernels that ran. All of a version come from the same sources and must give the same bits. */
  build: 'threads' | 'single';
  backend: 'native' | 'wasm';
  simd: string;
  /** Of the WebAssembly's or the native library's file. */
  kernelsSha256: string;
  /** The machine, for information: results must not depend on it. */
  host: { node: string; platform: string; arch: string; cpu: string };
}

/** Versions before had WebAssembly only, and named neither. */
export const onlyKernels = { backend: 'wasm', simd: 'simd128' } as const;

const { listOf, objectOf, oneOf, text } = plain;

const older = objectOf({ version: text, build: text, wasmSha256: text });
const present = objectOf({
  ...{ version: text, build: text, backend: oneOf(['native', 'wasm']), simd: text, kernelsSha256: text },
});
const session: plain.Check = (value, path) => (older(value, path) === undefined ? undefined : present(value, path));

const fingerprint = objectOf({
  sessions: listOf(session),
  configuration: objectOf({ results: text, neutral: text }),
  data: objectOf({ sha256: text, files: listOf(objectOf({ name: text, sha256: text })) }),
});

/** `value` as the fingerprint that it must be, in the present form; `place`: where it stands, for errors. */
export function checkFingerprint(value: unknown, place: string): Fingerprint {
  const problem = fingerprint(value, 'fingerprint');
  if (problem !== undefined) {
    throw new Failure(`${place} is damaged: ${problem}; without it, the run's program and data are unknown`);
  }
  const found = value as Fingerprint;
  if (found.sessions.length === 0) throw new Failure(`${place} is damaged: fingerprint.sessions is empty`);
  return { ...found, sessions: found.sessions.map(inPresentForm) };
}

function inPresentForm(session: Session | (Session & { wasmSha256: string })): Session {
  if (!('wasmSha256' in session)) return session;
  const { wasmSha256, ...rest } = session;
  return { ...rest, ...onlyKernels, kernelsSha256: wasmSha256 };
}
