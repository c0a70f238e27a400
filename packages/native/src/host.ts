import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { familySync } from 'detect-libc';
import type { NativePlatform } from './platforms.js';

/** What the loader asks of the process it runs in; tests have others. */
export interface LoaderHost {
  /** process.platform. */
  readonly os: string;
  /** process.arch. */
  readonly cpu: string;
  /** The C library of this process: `glibc`, `musl`, or null where there is no such choice or it could not be told. */
  readonly libc: string | null;
  /** KESTIRME_SIMD. */
  readonly simd: string | undefined;
  /** This package's folder. */
  readonly folder: string;
  /** This package's version. */
  readonly version: string;
  /** Of this package's platforms.json. */
  readonly platforms: readonly NativePlatform[];
  exists(path: string): boolean;
  /** The path of an installed package's package.json; undefined when it is not installed. */
  findManifest(name: string): string | undefined;
  /** Parses JSON, or loads native code; throws what Node throws. */
  require(file: string): unknown;
}

/** Where this code is and what lies beside it. @throws in a bundle, which has moved the one and left the other. */
function ownFiles() {
  try {
    const require = createRequire(import.meta.url);
    const manifest = require.resolve('../package.json');
    const { version } = require(manifest) as { version: string };
    return { require, folder: dirname(manifest), version, platforms: require('../platforms.json') };
  } catch (cause) {
    const words = cause instanceof Error ? (cause.message.split('\n')[0] as string) : String(cause);
    throw new Error(
      `The code of @kestirme/native is not where its package is (${words}): keep the @kestirme packages out of bundles ` +
        'and installed where the program runs.',
      { cause },
    );
  }
}

/** The process this is. */
export function nodeHost(): LoaderHost {
  const own = ownFiles();
  return {
    ...own,
    os: process.platform,
    cpu: process.arch,
    // Reads the first 2 KiB of the running program; only where these do not tell, other files and Node's own report.
    libc: familySync(),
    simd: process.env.KESTIRME_SIMD,
    exists: existsSync,
    findManifest(name) {
      try {
        return own.require.resolve(`${name}/package.json`);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
        throw error;
      }
    },
  };
}
