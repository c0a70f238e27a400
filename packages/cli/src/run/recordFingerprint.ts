/** fingerprint.json: kept from a run's start, and copied into its result. */
import { arch, cpus } from 'node:os';
import type { DataFile } from '@kestirme/datasets';
import type { Engine } from 'kestirme';
import { UsageError } from '../errors.js';
import { PROGRAM_VERSION } from '../version.js';
import { sha256OfJson } from './canonicalJson.js';
import { FINGERPRINT_FILE } from './fileNames.js';
import { configurationHashes, dataHash, differingFiles } from './fingerprint.js';
import { checkFingerprint, type Fingerprint, type Session } from './fingerprintCheck.js';
import type { RunFolder } from './folder.js';
import type { Images } from './images.js';

interface Parts {
  config: object;
  images: Pick<Images, 'files' | 'wholeFiles'>;
  engine: Pick<Engine, 'build' | 'backend' | 'simd' | 'kernelsSha256'>;
}

async function fingerprintOf({ config, engine }: Parts, files: readonly DataFile[]): Promise<Fingerprint> {
  const host = { node: process.version, platform: process.platform, arch: arch(), cpu: cpus()[0]?.model ?? 'unknown' };
  const { build, backend, simd } = engine;
  const kernelsSha256 = await engine.kernelsSha256();
  return {
    sessions: [{ version: PROGRAM_VERSION, build, backend, simd, kernelsSha256, host }],
    configuration: configurationHashes(config),
    data: { sha256: dataHash(files), files: [...files] },
  };
}

/**
 * Writes the fingerprint of a run that begins, or that goes on from a checkpoint: then the programs so far are kept,
 * and other data are refused.
 */
export async function recordFingerprint(folder: RunFolder, parts: Parts, goesOn: boolean): Promise<Fingerprint> {
  const before = goesOn ? await readFingerprint(folder) : null;
  const now = await fingerprintOf(parts, await comparableFiles(parts.images, before));
  if (before !== null) {
    const other = differingFiles(before.data.files, now.data.files)[0];
    if (other !== undefined) {
      throw new UsageError(
        `--resume: ${other.name} is not what the run in ${folder.dir} began with ` +
          `(SHA-256 ${other.b ?? 'none'}, was ${other.a ?? 'none'}); ` +
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

/** Versions before hashed whole files, whatever a limit kept of them; their runs go on with these hashes. */
async function comparableFiles(images: Parts['images'], before: Fingerprint | null): Promise<readonly DataFile[]> {
  const isPart = (files: readonly DataFile[]) => files.some(({ part }) => part !== undefined);
  return before !== null && isPart(images.files) && !isPart(before.data.files) ? images.wholeFiles() : images.files;
}

/** Null when the run was begun by a version that kept none. */
export async function readFingerprint(folder: RunFolder): Promise<Fingerprint | null> {
  if (!(await folder.has(FINGERPRINT_FILE))) return null;
  return checkFingerprint(await folder.readJson(FINGERPRINT_FILE), folder.path(FINGERPRINT_FILE));
}
