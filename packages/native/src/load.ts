import { dirname, join } from 'node:path';
import type { NativeAddon } from './addon.js';
import { explainDlopen } from './dlopen.js';
import { type LoaderHost, nodeHost } from './host.js';
import { fileName, findPlatform, type NativePlatform, packageName } from './platforms.js';

export interface LoadOptions {
  /** The level to load instead of the processor's best, such as `avx2`; default: KESTIRME_SIMD. */
  simd?: string;
}

export interface LoadedNative {
  addon: NativeAddon;
  /** The level that was loaded. */
  simd: string;
  /** Its file. */
  file: string;
}

/**
 * Loads the native code for this platform and the best level that its processor has.
 * @throws Error in words when there is none: for this platform, installed here, or that loads; or not the level asked for.
 */
export function loadNative(options: LoadOptions = {}): LoadedNative {
  return loadWith(nodeHost(), options);
}

/** As `loadNative`, in a process of any kind. */
export function loadWith(host: LoaderHost, options: LoadOptions = {}): LoadedNative {
  const platform = platformOf(host);
  const place = placeOf(host, platform);
  const [lowest] = platform.levels;
  const first = loadFile(host, platform, place, lowest);
  const usable = platform.levels.filter((level) => level === lowest || first.addon.levels().includes(level));
  const level = chooseLevel(platform, usable, options.simd ?? host.simd, options.simd === undefined);
  return level === lowest ? first : loadFile(host, platform, place, level);
}

function platformOf(host: LoaderHost): NativePlatform {
  const platform = findPlatform(host.platforms, host);
  if (platform !== undefined) return platform;
  const name = [host.os, host.cpu, ...(host.libc === null ? [] : [host.libc])].join('-');
  const those = host.platforms.map((one) => one.name).join(', ');
  throw new Error(`There is no native build for ${name}; there are builds for ${those}.`);
}

/** Where the files of all levels lie, and what to do when one is not there. */
interface Place {
  folder: string;
  repair: string;
}

/** In a clone what `npm run build:native` has made, else the platform's package. */
function placeOf(host: LoaderHost, platform: NativePlatform): Place {
  const built = join(host.folder, 'npm', platform.name);
  if (host.exists(built)) return { folder: built, repair: 'Build it with: npm run build:native' };
  const name = packageName(platform);
  const manifest = host.findManifest(name);
  if (manifest === undefined) throw new Error(notInstalled(host, name));
  const { version } = host.require(manifest) as { version: string };
  if (version !== host.version) {
    throw new Error(
      `${name} is installed in version ${version} and @kestirme/native in ${host.version}; both have to be the same. ` +
        `Install it with: npm install ${name}@${host.version}`,
    );
  }
  return { folder: dirname(manifest), repair: `${name} is damaged; install it again.` };
}

function notInstalled(host: LoaderHost, name: string): string {
  if (host.exists(join(host.folder, 'src'))) {
    return 'The native code has not been built in this clone. Build it with: npm run build:native';
  }
  return (
    `${name}, which holds the native code for this platform, is not installed. It is an optional dependency, which is ` +
    'left out by --omit=optional and --no-optional, and by a node_modules folder or a lock file from another platform. ' +
    `Install it with: npm install ${name}@${host.version}`
  );
}

/** The best of what can be used here, lowest first, or the one that is asked for. */
function chooseLevel(
  platform: NativePlatform,
  usable: readonly string[],
  asked: string | undefined,
  byEnvironment: boolean,
): string {
  if (asked === undefined || asked === '') return usable.at(-1) as string;
  if (usable.includes(asked)) return asked;
  const what = platform.levels.includes(asked)
    ? 'which this processor does not have'
    : `which no native build for ${platform.name} is for`;
  const name = byEnvironment ? 'KESTIRME_SIMD' : 'simd';
  throw new Error(`${name} is '${asked}', ${what}; here it can be ${usable.join(', ')}.`);
}

function loadFile(host: LoaderHost, platform: NativePlatform, { folder, repair }: Place, level: string): LoadedNative {
  const file = join(folder, fileName(level));
  if (!host.exists(file)) throw new Error(`${file} is not there. ${repair}`);
  try {
    return { addon: host.require(file) as NativeAddon, simd: level, file };
  } catch (error) {
    throw new Error(explainDlopen(file, platform, error), { cause: error });
  }
}
