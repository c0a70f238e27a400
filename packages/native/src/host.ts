import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { familySync } from 'detect-libc';

/** What the loader asks of the process it runs in; tests have others. */
export interface LoaderHost {
  /** process.platform. */
  readonly os: string;
  /** process.arch. */
  readonly cpu: string;
  /** The C library of this process: `glibc`, `musl`, or null where there is no such choice or it could not be told. */
  libc(): string | null;
  /** KESTIRME_SIMD. */
  readonly simd: string | undefined;
  /** This package's folder. */
  readonly folder: string;
  /** This package's version. */
  readonly version: string;
  exists(path: string): boolean;
  /** The path of an installed package's package.json; undefined when it is not installed. */
  findManifest(name: string): string | undefined;
  /** Parses JSON, or loads native code; throws what Node throws. */
  require(file: string): unknown;
}

const require = createRequire(import.meta.url);

/** The process this is. */
export const nodeHost: LoaderHost = {
  os: process.platform,
  cpu: process.arch,
  // Reads 2 KiB of the running program; only where these do not tell it, other files and Node's report.
  libc: familySync,
  get simd() {
    return process.env.KESTIRME_SIMD;
  },
  folder: dirname(require.resolve('../package.json')),
  version: require('../package.json').version,
  exists: existsSync,
  findManifest(name) {
    try {
      return require.resolve(`${name}/package.json`);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
      throw error;
    }
  },
  require,
};
