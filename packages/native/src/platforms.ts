import { createRequire } from 'node:module';

/** A platform that there is a package of native code for. */
export interface NativePlatform {
  /** The end of the package's name, such as `linux-x64-gnu`. */
  readonly name: string;
  /** As process.platform. */
  readonly os: string;
  /** As process.arch. */
  readonly cpu: string;
  /** On Linux only. */
  readonly libc?: 'glibc' | 'musl';
  /** As rustc names it. */
  readonly target: string;
  /** The levels that it has a file for, lowest first. Every processor of the platform has the first. */
  readonly levels: readonly [string, ...string[]];
}

/** platforms.json, which the scripts that build and pack read too. */
export const platforms: readonly NativePlatform[] = createRequire(import.meta.url)('../platforms.json');

/** The package of a platform. */
export const packageName = ({ name }: NativePlatform) => `@kestirme/native-${name}`;

/** The file of one level in a platform's folder. */
export const fileName = (level: string) => `kestirme.${level}.node`;

/** The platform of a process; undefined where there is none. A C library that could not be told counts as glibc. */
export function findPlatform(os: string, cpu: string, libc: string | null): NativePlatform | undefined {
  const fits = (one: NativePlatform) => one.libc === undefined || one.libc === (libc ?? 'glibc');
  return platforms.find((one) => one.os === os && one.cpu === cpu && fits(one));
}
