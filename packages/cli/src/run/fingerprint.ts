/** Hashes of everything that a result is a function of. */
import type { DataFile } from '@kestirme/datasets';
import { neutralOptions } from '../config/optionReach.js';
import { isModelFile } from '../models/names.js';
import { datasetName } from '../options/composite.js';
import { PROGRAM_VERSION } from '../version.js';
import { sha256OfJson } from './canonicalJson.js';
import type { Fingerprint } from './fingerprintCheck.js';

/**
 * Options that can change a result, and those that must not. Where something lies is of the second kind: a data set, and
 * files of which what matters has a hash beside them, the network that a model file built and weights to begin with.
 */
export function splitOptions(config: object): Record<'results' | 'neutral', Record<string, unknown>> {
  const split: ReturnType<typeof splitOptions> = { results: {}, neutral: {} };
  for (const [key, value] of Object.entries(config)) {
    if (key === 'schema' || key === 'version') continue;
    if (key === 'data') {
      split.results.data = datasetName(String(value));
      split.neutral.dataFrom = value;
    } else if (key === 'model' && isModelFile(String(value))) {
      split.neutral.modelFrom = value;
    } else if (key === 'initFrom') {
      split.neutral.initFrom = value;
    } else split[neutralOptions.includes(key) ? 'neutral' : 'results'][key] = value;
  }
  return split;
}

export function configurationHashes(config: object): Fingerprint['configuration'] {
  const { results, neutral } = splitOptions(config);
  return { results: sha256OfJson(results), neutral: sha256OfJson(neutral) };
}

/** Whether a run with this fingerprint had these options, as far as this version can tell: another may hash others. */
export function isConfigurationOf({ sessions, configuration }: Fingerprint, config: object): boolean {
  if (sessions.at(-1)?.version !== PROGRAM_VERSION) return true;
  return configuration.results === configurationHashes(config).results;
}

interface DifferingFile {
  name: string;
  /** The hashes that tell; null: it is not in the list. */
  a: string | null;
  b: string | null;
}

/** Files that are not the same in both lists. */
export function differingFiles(a: readonly DataFile[], b: readonly DataFile[]): DifferingFile[] {
  const names = [...new Set([...a, ...b].map(({ name }) => name))];
  const find = (files: readonly DataFile[], name: string) => files.find((file) => file.name === name);
  return names.flatMap((name): DifferingFile[] => {
    const [inA, inB] = [find(a, name), find(b, name)];
    if (inA?.sha256 !== inB?.sha256) return [{ name, a: inA?.sha256 ?? null, b: inB?.sha256 ?? null }];
    const [endsA, endsB] = [inA?.ends, inB?.ends];
    // Versions before read names and sizes only.
    if (endsA === undefined || endsB === undefined || endsA === endsB) return [];
    return [{ name: `what is in ${name}`, a: endsA, b: endsB }];
  });
}

/** What the data of a run are known by at a glance: as versions before had it, which did not read the ends of files. */
export function dataHash(files: readonly DataFile[]): string {
  return sha256OfJson(files.map(({ ends, ...file }) => file));
}

/** Enough of each hash to tell results apart at a glance. */
export function shortFingerprint({ sessions, configuration, data }: Fingerprint): string {
  const short = (sha256: string) => sha256.slice(0, 8);
  const programs = [
    ...new Set(sessions.map((one) => `${one.version}/${one.backend}-${one.simd}/${short(one.kernelsSha256)}`)),
  ];
  return `config ${short(configuration.results)}, data ${short(data.sha256)}, program ${programs.join(' then ')}`;
}
