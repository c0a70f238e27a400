/** What a result is a function of, in hashes: kept from a run's start, and copied into its result. */
import { arch, cpus } from 'node:os';
import type { DataFile } from '@kestirme/datasets';
import type { Engine } from 'kestirme';
import { UsageError } from '../errors.js';
import { datasetName } from '../options/resolve.js';
import { PROGRAM_VERSION } from '../version.js';
import { sha256OfJson } from './canonicalJson.js';
import { FINGERPRINT_FILE } from './fileNames.js';
import { checkFingerprint } from './fingerprintCheck.js';
import type { RunFolder } from './folder.js';
import { neutralOptions } from './optionReach.js';

export interface Fingerprint {
  /** What computed the run, in order: one entry, or more when it was resumed by another program or machine. */
  sessions: Session[];
  /** SHA-256 over the canonical JSON of the options that can change a result, and of those that must not. */
  configuration: { results: string; neutral: string };
  /** SHA-256 over the canonical JSON of `files`. */
  data: { sha256: string; files: DataFile[] };
}

export interface Session {
  version: string;
  /** The WebAssembly that ran. Both builds come from the same sources and must give the same bits. */
  build: 'threads' | 'single';
  wasmSha256: string;
  /** For information: results must not depend on it. */
  host: { node: string; platform: string; arch: string; cpu: string };
}

interface Parts {
  config: object;
  files: readonly DataFile[];
  engine: Pick<Engine, 'build' | 'wasmSha256'>;
}

/** Options that can change a result, with the data set's name in place of its folder; and those that must not. */
export function splitOptions(config: object): Record<'results' | 'neutral', Record<string, unknown>> {
  const split: ReturnType<typeof splitOptions> = { results: {}, neutral: {} };
  for (const [key, value] of Object.entries(config)) {
    if (key === 'schema' || key === 'version') continue;
    if (key === 'data') {
      split.results.data = datasetName(String(value));
      split.neutral.dataFrom = value;
    } else split[neutralOptions.includes(key) ? 'neutral' : 'results'][key] = value;
  }
  return split;
}

export function configurationHashes(config: object): Fingerprint['configuration'] {
  const { results, neutral } = splitOptions(config);
  return { results: sha256OfJson(results), neutral: sha256OfJson(neutral) };
}

async function fingerprintOf({ config, files, engine }: Parts): Promise<Fingerprint> {
  const host = { node: process.version, platform: process.platform, arch: arch(), cpu: cpus()[0]?.model ?? 'unknown' };
  const wasmSha256 = await engine.wasmSha256();
  return {
    sessions: [{ version: PROGRAM_VERSION, build: engine.build, wasmSha256, host }],
    configuration: configurationHashes(config),
    data: { sha256: sha256OfJson(files), files: [...files] },
  };
}

/**
 * Writes the fingerprint of a run that begins, or that goes on from a checkpoint: then what computed it so far is kept,
 * and other data are refused.
 */
export async function recordFingerprint(folder: RunFolder, parts: Parts, goesOn: boolean): Promise<Fingerprint> {
  const now = await fingerprintOf(parts);
  const before = goesOn ? await readFingerprint(folder) : null;
  if (before !== null) {
    const other = differingFiles(before.data.files, now.data.files)[0];
    if (other !== undefined) {
      throw new UsageError(
        `--resume: ${other.name} is not what the run in ${folder.dir} began with ` +
          `(SHA-256 ${other.b?.sha256 ?? 'none'}, was ${other.a?.sha256 ?? 'none'}); ` +
          'give the same data with --data, or start a new run in another --out',
      );
    }
    const sessions = [...before.sessions];
    const [last, mine] = [sessions.at(-1), now.sessions[0] as Session];
    if (sha256OfJson(last) !== sha256OfJson(mine)) sessions.push(mine);
    now.sessions = sessions;
  }
  await folder.writeFingerprint(now);
  return now;
}

/** Whether a run with this fingerprint had these options, as far as this version can tell: another may hash others. */
export function isConfigurationOf({ sessions, configuration }: Fingerprint, config: object): boolean {
  if (sessions.at(-1)?.version !== PROGRAM_VERSION) return true;
  return configuration.results === configurationHashes(config).results;
}

/** Files that are not the same in both lists. */
export function differingFiles(
  a: readonly DataFile[],
  b: readonly DataFile[],
): { name: string; a: DataFile | null; b: DataFile | null }[] {
  const names = [...new Set([...a, ...b].map(({ name }) => name))];
  const find = (files: readonly DataFile[], name: string) => files.find((file) => file.name === name) ?? null;
  return names
    .map((name) => ({ name, a: find(a, name), b: find(b, name) }))
    .filter((pair) => pair.a?.sha256 !== pair.b?.sha256);
}

/** Null when the run was begun by a version that kept none. */
export async function readFingerprint(folder: RunFolder): Promise<Fingerprint | null> {
  if (!(await folder.has(FINGERPRINT_FILE))) return null;
  return checkFingerprint(await folder.readJson(FINGERPRINT_FILE), folder.path(FINGERPRINT_FILE));
}

/** Enough of each hash to tell results apart at a glance. */
export function shortFingerprint({ sessions, configuration, data }: Fingerprint): string {
  const short = (sha256: string) => sha256.slice(0, 8);
  const programs = [...new Set(sessions.map((one) => `${one.version}/${short(one.wasmSha256)}`))];
  return `config ${short(configuration.results)}, data ${short(data.sha256)}, program ${programs.join(' then ')}`;
}
