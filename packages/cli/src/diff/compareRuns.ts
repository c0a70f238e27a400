/** Two runs, from their options down to the first number that is not the same. */
import { differingFiles, isConfigurationOf, splitOptions } from '../run/fingerprint.js';
import type { Fingerprint, Session } from '../run/fingerprintCheck.js';
import { kernelsInWords } from '../terminal/format.js';
import { type EpochDifference, firstDifference, type Pair } from './epochs.js';
import type { Side } from './side.js';

export interface RunDifference {
  /** No number that both have differs, and finished runs have as many epochs. */
  same: boolean;
  /** Options that differ: first those that can change a result. */
  options: Record<'results' | 'neutral', Pair[]>;
  /**
   * Null: not known, because a run has no fingerprint; a part is null where both have the same. Version and kernels can
   * explain other results; the rest must not change any.
   */
  program: Record<'version' | 'kernels' | 'build' | 'backend' | 'host', Pair | null> | null;
  /** Data files that differ, by their SHA-256; null: not known. */
  data: Pair[] | null;
  /** Epochs that are over, on each side and on both. */
  epochs: { a: number; b: number; both: number };
  firstDifference: EpochDifference | null;
  /** Null until both have finished. */
  weights: { a: string; b: string; same: boolean } | null;
  /** Sides whose config.json is not the configuration that their fingerprint was taken of. */
  edited: ('a' | 'b')[];
}

export function compareRuns(a: Side, b: Side): RunDifference {
  const first = firstDifference(a.metrics, b.metrics);
  const weights = weightsOf(a, b);
  const sameEnd = weights === null || (weights.same && a.metrics.length === b.metrics.length);
  return {
    same: first === null && sameEnd,
    options: differingOptions(a, b),
    program: differingProgram(a.fingerprint, b.fingerprint),
    data: differingData(a.fingerprint, b.fingerprint),
    epochs: {
      a: a.metrics.length,
      b: b.metrics.length,
      both: Math.min(a.metrics.length, b.metrics.length),
    },
    firstDifference: first,
    weights,
    edited: (['a', 'b'] as const).filter((side) => isEdited(side === 'a' ? a : b)),
  };
}

function weightsOf(a: Side, b: Side): RunDifference['weights'] {
  if (a.weightsSha256 === null || b.weightsSha256 === null) return null;
  return { a: a.weightsSha256, b: b.weightsSha256, same: a.weightsSha256 === b.weightsSha256 };
}

function differingOptions(a: Side, b: Side): RunDifference['options'] {
  const [inA, inB] = [splitOptions(a.config), splitOptions(b.config)];
  return { results: pairs(inA.results, inB.results), neutral: pairs(inA.neutral, inB.neutral) };
}

function pairs(a: Record<string, unknown>, b: Record<string, unknown>): Pair[] {
  return Object.keys({ ...a, ...b })
    .filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]))
    .map((name) => ({ name, a: a[name] ?? null, b: b[name] ?? null }));
}

function differingProgram(a: Fingerprint | null, b: Fingerprint | null): RunDifference['program'] {
  if (a === null || b === null) return null;
  return {
    version: differing('version', a.sessions, b.sessions, (one) => one.version),
    kernels: differingKernels(a.sessions, b.sessions),
    build: differing('build', a.sessions, b.sessions, (one) => one.build),
    backend: differing('backend', a.sessions, b.sessions, kernelsInWords),
    host: differing('host', a.sessions, b.sessions, ({ host }) =>
      host ? `${host.node}, ${host.platform} ${host.arch}, ${host.cpu}` : 'unknown',
    ),
  };
}

function differing(
  name: string,
  a: readonly Session[],
  b: readonly Session[],
  of: (one: Session) => string,
): Pair | null {
  const [inA, inB] = [a, b].map((sessions) => [...new Set(sessions.map(of))].join(' then ')) as [string, string];
  return inA === inB ? null : { name, a: inA, b: inB };
}

/** Two kinds of kernels have two hashes though they come from the same sources: only those of a kind are compared. */
function differingKernels(a: readonly Session[], b: readonly Session[]): Pair | null {
  const kindOf = ({ build, backend, simd, host }: Session) =>
    JSON.stringify(backend === 'wasm' ? [build] : [simd, host?.platform, host?.arch]);
  const alsoIn = (others: readonly Session[]) => (one: Session) =>
    others.some((other) => kindOf(other) === kindOf(one));
  return differing('kernels', a.filter(alsoIn(b)), b.filter(alsoIn(a)), (one) => one.kernelsSha256);
}

function differingData(a: Fingerprint | null, b: Fingerprint | null): RunDifference['data'] {
  if (a === null || b === null) return null;
  return differingFiles(a.data.files, b.data.files);
}

function isEdited({ written, fingerprint }: Side): boolean {
  return fingerprint !== null && !isConfigurationOf(fingerprint, written);
}
